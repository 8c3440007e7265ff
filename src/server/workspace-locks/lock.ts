import { userIdOf, type Caller } from '../access/caller.ts';
import { requireActor } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { discardPending, hasPending, settleCurrent } from '../states/store.ts';
import type { WorkspaceView } from '../workspaces/service.ts';
import { lockWorkspaceRow, readWorkspace, viewWorkspace } from '../workspaces/service.ts';

/** @throws 409 for every holder: a lock is taken once, even by the same person (terraform relies on it) */
export async function lockWorkspace(
  platform: Platform,
  caller: Caller,
  id: string,
  reason: string | null,
): Promise<WorkspaceView> {
  requireActor(caller);
  const view = await readWorkspace(platform, caller, id, 'lock');
  return await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, view.id)) ?? refuse('not_found');
    const holder = await holdingRun(tx, view.id);
    if (row.locked_by !== null || holder !== undefined) {
      const by = holder === undefined ? await lockerOf(tx, row.locked_by) : `Run ${holder}`;
      refuse('conflict', `Unable to lock workspace. The workspace is already locked by ${by}.`);
    }
    await tx
      .updateTable('workspace')
      .set({ locked_by: caller.userId, locked_at: new Date(), lock_reason: reason })
      .where('id', '=', view.id)
      .execute();
    await recordChange(tx, caller, {
      organizationId: row.organization_id,
      resource: { type: 'workspaces', id: view.id },
      action: 'lock',
      after: { reason },
    });
    return await viewWorkspace(tx, view.id);
  });
}

/**
 * @param force also unlocks for another user, and abandons state versions that were announced and never uploaded. A
 * run's lock is never taken: it ends with the run.
 * @param advance starts the run that waited for the lock, in the same transaction
 * @throws 409 with the texts that clients look for; 422 while an announced state is missing (api-contract §1.2)
 */
export async function unlockWorkspace(
  platform: Platform,
  caller: Caller,
  id: string,
  force: boolean,
  advance: (tx: Tx, workspace: { id: string; locked_by: null }) => Promise<void>,
): Promise<WorkspaceView> {
  const view = await readWorkspace(platform, caller, id, force ? 'admin' : 'lock');
  const unlocked = await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, view.id)) ?? refuse('not_found');
    if (row.locked_by === null) {
      const holder = await holdingRun(tx, view.id);
      if (holder === undefined) refuse('conflict', 'The workspace is already unlocked.');
      refuse('conflict', `The workspace is locked by Run ${holder}. Cancel or discard the run instead.`);
    }
    if (row.locked_by !== userIdOf(caller) && !force) {
      const by = await lockerOf(tx, row.locked_by);
      refuse('conflict', `The workspace is locked by ${by}. Use force-unlock to take the lock away.`);
    }
    if (force) await discardPending(tx, view.id);
    else if (await hasPending(tx, view.id)) {
      refuse(
        'unprocessable',
        'The latest state version is still pending: upload it first, or force-unlock to give it up.',
      );
    }
    await tx
      .updateTable('workspace')
      .set({ locked_by: null, locked_at: null, lock_reason: null })
      .where('id', '=', view.id)
      .execute();
    await settleCurrent(tx, row);
    await recordChange(tx, caller, {
      organizationId: row.organization_id,
      resource: { type: 'workspaces', id: view.id },
      action: force ? 'force_unlock' : 'unlock',
      before: { 'locked-by': row.locked_by, reason: row.lock_reason },
    });
    await advance(tx, { id: view.id, locked_by: null });
    return await viewWorkspace(tx, view.id);
  });
  platform.wakeUps.wake(topics.work);
  return unlocked;
}

async function holdingRun(tx: Tx, workspaceId: string): Promise<string | undefined> {
  const run = await tx
    .selectFrom('run')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('holds_workspace', '=', true)
    .executeTakeFirst();
  return run?.id;
}

/** `User <name>` or `Team <name>`: clients look for these words. */
async function lockerOf(tx: Tx, userId: string | null): Promise<string> {
  const locker = await tx
    .selectFrom('users')
    .leftJoin('team', 'team.service_user_id', 'users.id')
    .select(['users.username', 'team.name as team_name'])
    .where('users.id', '=', userId)
    .executeTakeFirst();
  if (locker !== undefined && locker.team_name !== null) return `Team ${locker.team_name}`;
  return `User ${locker?.username ?? 'unknown'}`;
}
