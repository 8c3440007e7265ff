import type { Caller } from '../access/caller.ts';
import { requireInWorkspace, type WorkspaceScope } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { hasPending, readCurrent } from '../states/store.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { deleteWorkspaceRows } from './delete-workspace.ts';

/**
 * Removes a workspace that no longer manages anything.
 *
 * @throws 409 with the words that clients look for (api-contract §1.2): `locked`, `being processed`, or neither when
 * its state still has resources
 */
export async function safeDeleteWorkspace(
  platform: Platform,
  caller: Caller,
  workspace: WorkspaceScope & { name: string },
): Promise<void> {
  await requireInWorkspace(platform.db, caller, workspace, 'delete');
  const { name } = workspace;
  const running = await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    const holder = await tx
      .selectFrom('run')
      .select('id')
      .where('workspace_id', '=', row.id)
      .where('holds_workspace', '=', true)
      .executeTakeFirst();
    if (row.locked_by !== null || holder !== undefined) {
      refuse('conflict', `${name} cannot be deleted safely: it is locked. Unlock it first.`);
    }
    if (await hasPending(tx, row.id)) {
      refuse('conflict', `${name} cannot be deleted safely: its latest state is being processed.`);
    }
    const resources = (await readCurrent(tx, row.id))?.resource_count ?? 0;
    if (resources > 0) {
      refuse(
        'conflict',
        `${name} cannot be deleted safely: it is still managing resources (${resources}). Destroy them first.`,
      );
    }
    return await deleteWorkspaceRows(tx, caller, workspace);
  });
  for (const id of running) platform.wakeUps.wake(topics.step(id));
}
