import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInWorkspace } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
import { transact } from '../../database/transact.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, relationship } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { readWorkspace, readWorkspaceByName } from '../../workspaces/service.ts';
import { NewVariable } from '../attributes.ts';
import { variableList, VariableListSchema, variableResource, VariableSchema } from '../document.ts';
import { UpdateVariableBody } from './owner-routes.ts';
import {
  createVariable,
  deleteVariable,
  listVariables,
  updateVariable,
  type Owner,
  workspaceOfVariable,
} from '../store.ts';

const ListQuery = z.object({
  'filter[workspace][name]': z.string({ error: 'is required' }),
  'filter[organization][name]': z.string({ error: 'is required' }),
});
/** Older scripts name the workspace here instead of in a relationship. */
const CreateQuery = z.object({
  'filter[workspace][name]': z.string().optional(),
  'filter[organization][name]': z.string().optional(),
});
const CreateBody = document(NewVariable, z.object({ workspace: relationship }).nullish());

/** The deprecated form of workspace variables, below /vars (api-contract §5.4). */
export function oldVariableEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;

  const writable = async (caller: Caller, workspace: Row<'workspace'>): Promise<Owner> => {
    await requireInWorkspace(db, caller, workspace, 'write-variables');
    return { column: 'workspace_id', id: workspace.id, organizationId: workspace.organization_id };
  };
  const ownerOf = async (caller: Caller, workspaceId: string): Promise<Owner> =>
    await writable(caller, await readWorkspace(platform, caller, workspaceId));
  const ownerByName = async (caller: Caller, query: z.output<typeof CreateQuery>): Promise<Owner> => {
    const organization = query['filter[organization][name]'];
    const name = query['filter[workspace][name]'];
    if (organization === undefined || name === undefined) {
      const detail =
        'Workspace must be present: relate it, or name it with filter[organization][name] and filter[workspace][name]';
      refuse('invalid_attribute', detail, '/data/relationships/workspace');
    }
    return await writable(caller, await readWorkspaceByName(platform, caller, organization, name));
  };
  const ownerOfVariable = async (caller: Caller, id: string): Promise<Owner> => {
    return await ownerOf(caller, await workspaceOfVariable(db, id));
  };

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/vars',
      summary: 'List the variables of a workspace by its name (deprecated)',
      access: 'account',
      permission: 'workspace:read-variables',
      answers: { 200: VariableListSchema },
      params: z.object({}),
      query: ListQuery,
      handle: async ({ caller, query }) => {
        const organization = query['filter[organization][name]'];
        const name = query['filter[workspace][name]'];
        const workspace = await readWorkspaceByName(platform, caller, organization, name);
        await requireInWorkspace(db, caller, workspace, 'read-variables');
        const owner: Owner = {
          column: 'workspace_id',
          id: workspace.id,
          organizationId: workspace.organization_id,
        };
        return { status: 200, body: variableList(await listVariables(db, owner)) };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/vars',
      summary:
        'Create a variable in the workspace that is related to it or named in the address (deprecated)',
      access: 'account',
      permission: 'workspace:write-variables',
      answers: { 201: documentOf(VariableSchema) },
      params: z.object({}),
      query: CreateQuery,
      body: CreateBody,
      handle: async ({ caller, query, body }) => {
        const workspaceId = body.data.relationships?.workspace?.data?.id;
        const owner = await (workspaceId === undefined
          ? ownerByName(caller, query)
          : ownerOf(caller, workspaceId));
        const variable = await transact(
          db,
          async (tx) => await createVariable(platform, tx, caller, owner, body.data.attributes),
        );
        return { status: 201, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/vars/:id',
      summary: 'Change a variable of a workspace (deprecated)',
      access: 'account',
      permission: 'workspace:write-variables',
      answers: { 200: documentOf(VariableSchema) },
      params: IdParams,
      body: UpdateVariableBody,
      handle: async ({ caller, params, body }) => {
        const owner = await ownerOfVariable(caller, params.id);
        const variable = await transact(
          db,
          async (tx) => await updateVariable(platform, tx, caller, owner, params.id, body.data.attributes),
        );
        return { status: 200, body: { data: variableResource(variable) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/vars/:id',
      summary: 'Delete a variable of a workspace (deprecated)',
      access: 'account',
      permission: 'workspace:write-variables',
      answers: { 204: nothing },
      params: IdParams,
      handle: async ({ caller, params }) => {
        const owner = await ownerOfVariable(caller, params.id);
        await transact(db, async (tx) => await deleteVariable(tx, caller, owner, params.id));
        return { status: 204 };
      },
    }),
  ];
}
