import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import { canInOrganization, requireInWorkspace, type WorkspaceScope } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { readCurrent } from '../states/store.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';

/**
 * Removes a workspace with its runs and state. Refused while terraform applies in it: nobody would know of the new
 * resources. A plan in progress is told to stop: its lease is gone (api-contract §3.3 row 45).
 */
export async function deleteWorkspace(
  platform: Platform,
  caller: Caller,
  workspace: WorkspaceScope & { name: string },
): Promise<void> {
  await requireInWorkspace(platform.db, caller, workspace, 'delete');
  const running = await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    const managed = (await readCurrent(tx, row.id))?.resource_count ?? 0;
    if (managed > 0) await requireForceDelete(tx, caller, row, managed);
    return await deleteWorkspaceRows(tx, caller, workspace);
  });
  for (const id of running) platform.wakeUps.wake(topics.step(id));
}

/** Without its state it is unknown what terraform has created: the organization decides who may delete it. */
async function requireForceDelete(
  tx: Tx,
  caller: Caller,
  { organization_id: organizationId, name }: Row<'workspace'>,
  count: number,
): Promise<void> {
  if (await canInOrganization(tx, caller, organizationId, 'manage-workspaces')) return;
  const organization = await tx
    .selectFrom('organization')
    .select('allow_force_delete_workspaces')
    .where('id', '=', organizationId)
    .executeTakeFirst();
  if (organization?.allow_force_delete_workspaces === true) return;
  refuse(
    'forbidden',
    `${name} manages ${count === 1 ? 'a resource' : `${count} resources`}: destroy what it manages first and use safe-delete, or have somebody delete it who manages ` +
      "the organization's workspaces (allow-force-delete-workspaces is off).",
  );
}

/** @returns the steps that runners worked on, to be woken after the commit; none when another request was faster */
export async function deleteWorkspaceRows(
  tx: Tx,
  caller: Caller,
  workspace: WorkspaceScope & { name: string },
): Promise<string[]> {
  if ((await lockWorkspaceRow(tx, workspace.id)) === undefined) return [];
  const phases = await tx
    .selectFrom('run_phase')
    .innerJoin('run', 'run.id', 'run_phase.run_id')
    .select(['run_phase.id', 'run_phase.kind', 'run.id as run_id'])
    .where('run.workspace_id', '=', workspace.id)
    .where('run_phase.status', '=', 'running')
    .execute();
  const applying = phases.find(({ kind }) => kind === 'apply');
  if (applying !== undefined) {
    refuse(
      'conflict',
      `${applying.run_id} is applying in ${workspace.name}: cancel it or wait for its end first.`,
    );
  }
  await tx
    .updateTable('workspace')
    .set({ current_configuration_version_id: null, current_state_version_id: null })
    .where('id', '=', workspace.id)
    .execute();
  await tx
    .deleteFrom('run_phase')
    .where('run_id', 'in', (sub) =>
      sub.selectFrom('run').select('id').where('workspace_id', '=', workspace.id),
    )
    .execute();
  await tx.deleteFrom('state_version').where('workspace_id', '=', workspace.id).execute();
  await tx.deleteFrom('run').where('workspace_id', '=', workspace.id).execute();
  await leaveSharedConfigurations(tx, workspace.id);
  await tx.deleteFrom('workspace').where('id', '=', workspace.id).execute();
  await recordChange(tx, caller, {
    organizationId: workspace.organization_id,
    resource: { type: 'workspaces', id: workspace.id },
    action: 'destroy',
    before: { name: workspace.name },
  });
  return phases.map(({ id }) => id);
}

/** Moves configurations that runs of other workspaces use to one of those workspaces. */
async function leaveSharedConfigurations(tx: Tx, workspaceId: string): Promise<void> {
  await tx
    .updateTable('configuration_version')
    .from('run')
    .set((set) => ({ workspace_id: set.ref('run.workspace_id') }))
    .whereRef('run.configuration_version_id', '=', 'configuration_version.id')
    .where('configuration_version.workspace_id', '=', workspaceId)
    .where('run.workspace_id', '<>', workspaceId)
    .execute();
}
