import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { nothing } from '../http/answers.ts';
import { documentOf } from '../http/document-schema.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { document, IdParams, NoRelationships } from '../http/json-api.ts';
import { NewVariable, VariableChange } from '../variables/attributes.ts';
import { variableList, VariableListSchema, variableResource, VariableSchema } from '../variables/document.ts';
import {
  createVariable,
  deleteVariable,
  listVariables,
  readVariable,
  updateVariable,
} from '../variables/store.ts';
import { changeSet, ownerOf, readSet, setPermission } from './service.ts';

const VariableParams = z.object({ id: z.string(), variable: z.string() });
const CreateBody = document(NewVariable, NoRelationships);
const UpdateBody = document(VariableChange, NoRelationships);

/** The variables in a set (api-contract §5.5). */
export function setVariableEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const all = '/api/v2/varsets/:id/relationships/vars';
  const one = `${all}/:variable`;
  return [
    endpoint({
      method: 'GET',
      url: all,
      summary: 'List the variables of a set',
      access: 'account',
      permission: setPermission('read'),
      answers: { 200: VariableListSchema },
      params: IdParams,
      handle: async ({ caller, params }) => {
        const set = await readSet(platform, caller, params.id, 'read');
        return { status: 200, body: variableList(await listVariables(db, ownerOf(set))) };
      },
    }),
    endpoint({
      method: 'POST',
      url: all,
      summary: 'Create a variable in a set',
      access: 'account',
      permission: setPermission('write'),
      answers: { 201: documentOf(VariableSchema) },
      params: IdParams,
      body: CreateBody,
      handle: async ({ caller, params, body }) => {
        const seen = await readSet(platform, caller, params.id, 'write');
        const variable = await changeSet(
          platform,
          seen,
          async (tx, set) => await createVariable(platform, tx, caller, ownerOf(set), body.data.attributes),
        );
        return { status: 201, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: one,
      summary: 'Read a variable of a set',
      access: 'account',
      permission: setPermission('read'),
      answers: { 200: documentOf(VariableSchema) },
      params: VariableParams,
      handle: async ({ caller, params }) => {
        const set = await readSet(platform, caller, params.id, 'read');
        const variable = await readVariable(db, ownerOf(set), params.variable);
        return { status: 200, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: one,
      summary: 'Change a variable of a set: only what is given',
      access: 'account',
      permission: setPermission('write'),
      answers: { 200: documentOf(VariableSchema) },
      params: VariableParams,
      body: UpdateBody,
      handle: async ({ caller, params, body }) => {
        const seen = await readSet(platform, caller, params.id, 'write');
        const variable = await changeSet(
          platform,
          seen,
          async (tx, set) =>
            await updateVariable(platform, tx, caller, ownerOf(set), params.variable, body.data.attributes),
        );
        return { status: 200, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: one,
      summary: 'Delete a variable of a set',
      access: 'account',
      permission: setPermission('write'),
      answers: { 204: nothing },
      params: VariableParams,
      handle: async ({ caller, params }) => {
        const seen = await readSet(platform, caller, params.id, 'write');
        await changeSet(
          platform,
          seen,
          async (tx, set) => await deleteVariable(tx, caller, ownerOf(set), params.variable),
        );
        return { status: 204 };
      },
    }),
  ];
}
