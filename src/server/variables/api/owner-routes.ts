import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import type { Tx } from '../../database/transact.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, NoRelationships } from '../../http/json-api.ts';
import type { Asked } from '../../http/permission.ts';
import { NewVariable, VariableChange } from '../attributes.ts';
import { variableList, VariableListSchema, variableResource, VariableSchema } from '../document.ts';
import {
  createVariable,
  deleteVariable,
  listVariables,
  readVariable,
  updateVariable,
  type Owner,
} from '../store.ts';

const VariableParams = z.object({ id: z.string(), variable: z.string() });
const CreateBody = document(NewVariable, NoRelationships);
export const UpdateVariableBody = document(attributesOfChange(VariableChange), NoRelationships);

type Access = 'read' | 'write';

/** An owner of variables, found for a caller who may do this with them. */
export interface FoundOwner {
  owner: Owner;
  /** Runs `act` in one transaction, with the owner as it is then. */
  change: <T>(act: (tx: Tx, owner: Owner) => Promise<T>) => Promise<T>;
}

export interface VariableOwners {
  /** The owner's name in summaries. */
  what: 'workspace' | 'set';
  /** The URL of an owner's variables, with its id as `:id`. */
  url: string;
  permission: (access: Access) => Asked;
  /** @throws 404 when it does not exist, or the caller may not do this with its variables */
  find: (caller: Caller, id: string, access: Access) => Promise<FoundOwner>;
}

/** The endpoints of the variables of one kind of owner: a workspace (api-contract §5.4), a set (api-contract §5.5). */
export function ownedVariableEndpoints(
  platform: Platform,
  { what, url, permission, find }: VariableOwners,
): Endpoint<Caller>[] {
  const { db } = platform;
  const reads = { access: 'account', permission: permission('read') } as const;
  const writes = { access: 'account', permission: permission('write') } as const;
  const one = { url: `${url}/:variable`, params: VariableParams } as const;
  return [
    endpoint({
      ...reads,
      method: 'GET',
      url,
      params: IdParams,
      summary: `List the variables of a ${what}`,
      answers: { 200: VariableListSchema },
      handle: async ({ caller, params }) => {
        const { owner } = await find(caller, params.id, 'read');
        return { status: 200, body: variableList(await listVariables(db, owner)) };
      },
    }),
    endpoint({
      ...writes,
      method: 'POST',
      url,
      params: IdParams,
      summary: `Create a variable in a ${what}`,
      example: {
        data: {
          type: 'vars',
          attributes: { key: 'region', value: 'eu-central-1', category: 'terraform', sensitive: false },
        },
      },
      body: CreateBody,
      answers: { 201: documentOf(VariableSchema) },
      handle: async ({ caller, params, body }) => {
        const { change } = await find(caller, params.id, 'write');
        const variable = await change(
          async (tx, owner) => await createVariable(platform, tx, caller, owner, body.data.attributes),
        );
        return { status: 201, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      ...reads,
      ...one,
      method: 'GET',
      summary: `Read a variable of a ${what}`,
      answers: { 200: documentOf(VariableSchema) },
      handle: async ({ caller, params }) => {
        const { owner } = await find(caller, params.id, 'read');
        const variable = await readVariable(db, owner, params.variable);
        return { status: 200, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      ...writes,
      ...one,
      method: 'PATCH',
      summary: `Change a variable of a ${what}: only what is given`,
      body: UpdateVariableBody,
      answers: { 200: documentOf(VariableSchema) },
      handle: async ({ caller, params, body }) => {
        const { change } = await find(caller, params.id, 'write');
        const { attributes } = body.data;
        const variable = await change(
          async (tx, owner) => await updateVariable(platform, tx, caller, owner, params.variable, attributes),
        );
        return { status: 200, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      ...writes,
      ...one,
      method: 'DELETE',
      summary: `Delete a variable of a ${what}`,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const { change } = await find(caller, params.id, 'write');
        await change(async (tx, owner) => await deleteVariable(tx, caller, owner, params.variable));
        return { status: 204 };
      },
    }),
  ];
}
