import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { requireInWorkspace } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { nothing } from '../http/answers.ts';
import { documentOf } from '../http/document-schema.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { document, IdParams, NoRelationships } from '../http/json-api.ts';
import { readWorkspace } from '../workspaces/service.ts';
import { NewVariable, VariableChange } from './attributes.ts';
import { readApplicable } from './applicable.ts';
import { variableList, VariableListSchema, variableResource, VariableSchema } from './document.ts';
import { chooseEffective } from './rules.ts';
import {
  createVariable,
  deleteVariable,
  listVariables,
  readVariable,
  updateVariable,
  type Owner,
} from './store.ts';

const VariableParams = z.object({ id: z.string(), variable: z.string() });
export const CreateVariableBody = document(NewVariable, NoRelationships);
export const UpdateVariableBody = document(VariableChange, NoRelationships);

/** api-contract §5.4. */
export function variableEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const owner = async (
    caller: Caller,
    id: string,
    permission: 'read-variables' | 'write-variables',
  ): Promise<Owner> => {
    const workspace = await readWorkspace(platform, caller, id);
    await requireInWorkspace(db, caller, workspace, permission);
    return { column: 'workspace_id', id: workspace.id, organizationId: workspace.organization_id };
  };
  const one = '/api/v2/workspaces/:id/vars/:variable';
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/vars',
      summary: 'List the variables of a workspace',
      access: 'account',
      permission: 'workspace:read-variables',
      answers: { 200: VariableListSchema },
      params: IdParams,
      handle: async ({ caller, params }) => {
        const variables = await listVariables(db, await owner(caller, params.id, 'read-variables'));
        return { status: 200, body: variableList(variables) };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/workspaces/:id/vars',
      summary: 'Create a variable in a workspace',
      access: 'account',
      permission: 'workspace:write-variables',
      answers: { 201: documentOf(VariableSchema) },
      params: IdParams,
      body: CreateVariableBody,
      handle: async ({ caller, params, body }) => {
        const workspace = await owner(caller, params.id, 'write-variables');
        const variable = await transact(
          db,
          async (tx) => await createVariable(platform, tx, caller, workspace, body.data.attributes),
        );
        return { status: 201, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/all-vars',
      summary: 'List the variables that count in a workspace: its own and those of sets',
      access: 'account',
      permission: 'workspace:read-variables',
      answers: { 200: VariableListSchema },
      params: IdParams,
      handle: async ({ caller, params }) => {
        const workspace = await owner(caller, params.id, 'read-variables');
        const variables = chooseEffective(await readApplicable(db, workspace.id));
        return { status: 200, body: variableList(variables) };
      },
    }),
    endpoint({
      method: 'GET',
      url: one,
      summary: 'Read a variable of a workspace',
      access: 'account',
      permission: 'workspace:read-variables',
      answers: { 200: documentOf(VariableSchema) },
      params: VariableParams,
      handle: async ({ caller, params }) => {
        const workspace = await owner(caller, params.id, 'read-variables');
        return {
          status: 200,
          body: { data: variableResource(await readVariable(db, workspace, params.variable)) },
        };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: one,
      summary: 'Change a variable of a workspace: only what is given',
      access: 'account',
      permission: 'workspace:write-variables',
      answers: { 200: documentOf(VariableSchema) },
      params: VariableParams,
      body: UpdateVariableBody,
      handle: async ({ caller, params, body }) => {
        const workspace = await owner(caller, params.id, 'write-variables');
        const { attributes } = body.data;
        const variable = await transact(
          db,
          async (tx) => await updateVariable(platform, tx, caller, workspace, params.variable, attributes),
        );
        return { status: 200, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: one,
      summary: 'Delete a variable of a workspace',
      access: 'account',
      permission: 'workspace:write-variables',
      answers: { 204: nothing },
      params: VariableParams,
      handle: async ({ caller, params }) => {
        const workspace = await owner(caller, params.id, 'write-variables');
        await transact(db, async (tx) => await deleteVariable(tx, caller, workspace, params.variable));
        return { status: 204 };
      },
    }),
  ];
}
