import type { Caller } from '../../access/caller.ts';
import { requireInWorkspace } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { transact } from '../../database/transact.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { readApplicable } from '../applicable.ts';
import { variableList, VariableListSchema } from '../document.ts';
import { ownedVariableEndpoints, type FoundOwner } from './owner-routes.ts';
import { chooseEffective } from '../rules.ts';
import type { Owner } from '../store.ts';

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
      method: 'GET',
      url: '/api/v2/workspaces/:id/all-vars',
      summary: 'List the variables that count in a workspace: its own and those of sets',
      access: 'account',
      permission: 'workspace:read-variables',
      answers: { 200: VariableListSchema },
      params: IdParams,
      handle: async ({ caller, params }) => {
        const { owner } = await find(caller, params.id, 'read');
        return { status: 200, body: variableList(chooseEffective(await readApplicable(db, owner.id))) };
      },
    }),
  ];
}
