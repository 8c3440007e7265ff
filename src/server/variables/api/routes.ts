import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInWorkspace } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { transact } from '../../database/transact.ts';
import { nothing } from '../../http/answers.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { VariableChange } from '../attributes.ts';
import { ownedVariableEndpoints, type FoundOwner } from './owner-routes.ts';
import { updateVariable, type Owner } from '../store.ts';

const MAX_CHANGED = 100;
const ChangesBody = z.object({
  data: z
    .array(z.object({ id: z.string(), attributes: VariableChange.nullish() }))
    .max(MAX_CHANGED, `may name at most ${MAX_CHANGED} variables`),
});

/** api-contract §5.4. */
export function variableEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const find = async (caller: Caller, id: string, access: 'read' | 'write'): Promise<FoundOwner> => {
    const workspace = await readWorkspace(platform, caller, id);
    await requireInWorkspace(db, caller, workspace, `${access}-variables`);
    const owner: Owner = {
      column: 'workspace_id',
      id: workspace.id,
      organizationId: workspace.organization_id,
    };
    return { owner, change: async (act) => await transact(db, async (tx) => await act(tx, owner)) };
  };
  return [
    ...ownedVariableEndpoints(platform, {
      what: 'workspace',
      url: '/api/v2/workspaces/:id/vars',
      permission: (access) => `workspace:${access}-variables`,
      find,
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/workspaces/:id/relationships/vars',
      summary: 'Change several variables of a workspace at once: all of them, or none where one is refused',
      access: 'account',
      permission: 'workspace:write-variables',
      params: IdParams,
      body: ChangesBody,
      bodyType: 'vars',
      answers: { 204: nothing },
      handle: async ({ caller, params, body }) => {
        const { change } = await find(caller, params.id, 'write');
        await change(async (tx, owner) => {
          for (const [index, { id, attributes }] of body.data.entries()) {
            const pointer = `/data/${index}/attributes`;
            await updateVariable(platform, tx, caller, owner, id, attributes ?? {}, pointer);
          }
        });
        return { status: 204 };
      },
    }),
  ];
}
