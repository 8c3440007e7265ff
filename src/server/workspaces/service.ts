import type { Transaction } from 'kysely';
import { newId } from '@runwright/models';
import type { z } from 'zod';
import { differences, recordChange } from '../audit/record-change.ts';
import { userIdOf, type Caller } from '../access/caller.ts';
import { requireActor, requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import { readableWorkspaces } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { defaultProjectId } from '../organizations/service.ts';
import { readProject } from '../projects/service.ts';
import { toColumns, type NewWorkspaceAttributes, type WorkspaceChange } from './attributes.ts';
import { selectWorkspaces, type WorkspaceView } from './queries.ts';

const nameTaken = (): never =>
  refuse('invalid_attribute', 'Name has already been taken', '/data/attributes/name');

export async function createWorkspace(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  attributes: z.output<typeof NewWorkspaceAttributes>,
  projectId: string | undefined,
): Promise<WorkspaceView> {
  const project = await readProject(
    platform,
    caller,
    projectId ?? (await defaultProjectId(platform, organizationId)),
    'create-workspace',
  );
  if (project.organization_id !== organizationId) refuse('not_found');
  const columns = {
    ...toColumns(attributes),
    name: attributes.name,
    project_id: project.id,
  };
  const id = newId('ws');
  await transact(platform.db, async (tx) => {
    const inserted = await tx
      .insertInto('workspace')
      .values({ ...columns, id, organization_id: organizationId })
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) nameTaken();
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'workspaces', id },
      action: 'create',
      after: columns,
    });
  });
  return await readWorkspace(platform, caller, id);
}

/** @throws 404 when it is not there or the caller may not do this in it */
export async function readWorkspace(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: WorkspacePermission = 'read',
): Promise<WorkspaceView> {
  const workspace = await selectWorkspaces(db).where('workspace.id', '=', id).executeTakeFirst();
  if (workspace === undefined) refuse('not_found');
  await requireInWorkspace(db, caller, workspace, permission);
  return workspace;
}

/** Those with these ids, for callers that have checked who may see them. */
export async function readWorkspaces({ db }: Platform, ids: readonly string[]): Promise<WorkspaceView[]> {
  return ids.length === 0 ? [] : await selectWorkspaces(db).where('workspace.id', 'in', ids).execute();
}

export async function readWorkspaceByName(
  { db }: Platform,
  caller: Caller,
  organizationName: string,
  name: string,
  permission: WorkspacePermission = 'read',
): Promise<WorkspaceView> {
  const workspace = await selectWorkspaces(db)
    .where('organization.name', '=', organizationName)
    .where('workspace.name', '=', name)
    .executeTakeFirst();
  if (workspace === undefined) refuse('not_found');
  await requireInWorkspace(db, caller, workspace, permission);
  return workspace;
}

/** Those the caller may read. @param search a part of the name; empty: all */
export async function listWorkspaces(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  search: string,
  page: Page,
): Promise<{ workspaces: WorkspaceView[]; totalCount: number }> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const readable = await readableWorkspaces(db, caller, organizationId);
  const { count } = await db
    .selectFrom('workspace')
    .where('organization_id', '=', organizationId)
    .where('name', 'ilike', pattern)
    .where(readable)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const workspaces = await selectWorkspaces(db)
    .where('workspace.organization_id', '=', organizationId)
    .where('workspace.name', 'ilike', pattern)
    .where(readable)
    .orderBy('workspace.name')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { workspaces, totalCount: count };
}

/** Changes only what is given. */
export async function updateWorkspace(
  platform: Platform,
  caller: Caller,
  workspace: WorkspaceView,
  attributes: z.output<typeof WorkspaceChange>,
): Promise<WorkspaceView> {
  await requireInWorkspace(platform.db, caller, workspace, 'admin');
  const columns = toColumns(attributes);
  await transact(platform.db, async (tx) => {
    const before = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    await tx
      .updateTable('workspace')
      .set({ ...columns, updated_at: new Date() })
      .where('id', '=', workspace.id)
      .execute()
      .catch((error: unknown) => {
        if (isUniqueViolation(error)) nameTaken();
        throw error;
      });
    await recordChange(tx, caller, {
      organizationId: workspace.organization_id,
      resource: { type: 'workspaces', id: workspace.id },
      action: 'update',
      ...differences(before, columns),
    });
  });
  return await readWorkspace(platform, caller, workspace.id);
}

/** The row, locked until the transaction ends: whoever starts, ends or locks runs of a workspace takes it first. */
export async function lockWorkspaceRow(
  tx: Transaction<Database>,
  id: string,
): Promise<Row<'workspace'> | undefined> {
  return await tx.selectFrom('workspace').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function lockWorkspace(
  platform: Platform,
  caller: Caller,
  id: string,
  reason: string | null,
): Promise<WorkspaceView> {
  requireActor(caller);
  const { id: workspaceId } = await readWorkspace(platform, caller, id, 'lock');
  await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, workspaceId)) ?? refuse('not_found');
    const holder = await tx
      .selectFrom('run')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('holds_workspace', '=', true)
      .executeTakeFirst();
    if (row.locked_by !== null || holder !== undefined) {
      const by = holder === undefined ? 'User' : `Run ${holder.id}`;
      refuse('conflict', `Unable to lock workspace. The workspace is already locked by ${by}.`);
    }
    await tx
      .updateTable('workspace')
      .set({ locked_by: caller.userId, locked_at: new Date(), lock_reason: reason })
      .where('id', '=', workspaceId)
      .execute();
    await recordChange(tx, caller, {
      organizationId: row.organization_id,
      resource: { type: 'workspaces', id: workspaceId },
      action: 'lock',
      after: { reason },
    });
  });
  return await readWorkspace(platform, caller, workspaceId);
}

const lockerOf = (view: WorkspaceView): string =>
  view.locker_team_name === null ? `User ${view.locker_name}` : `Team ${view.locker_team_name}`;

/**
 * @param force also when another user holds the lock. A run's lock is never taken: it ends with the run.
 * @param advance starts what waited for the lock, in the same transaction
 */
export async function unlockWorkspace(
  platform: Platform,
  caller: Caller,
  id: string,
  force: boolean,
  advance: (tx: Transaction<Database>, workspaceId: string) => Promise<void>,
): Promise<WorkspaceView> {
  const view = await readWorkspace(platform, caller, id, force ? 'admin' : 'lock');
  await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, view.id)) ?? refuse('not_found');
    if (row.locked_by === null) {
      if (view.holder_run_id === null) refuse('conflict', 'The workspace is already unlocked.');
      refuse(
        'conflict',
        `The workspace is locked by Run ${view.holder_run_id}. Cancel or discard the run instead.`,
      );
    }
    if (row.locked_by !== userIdOf(caller) && !force) {
      refuse(
        'conflict',
        `The workspace is locked by ${lockerOf(view)}. Use force-unlock to take the lock away.`,
      );
    }
    await tx
      .updateTable('workspace')
      .set({ locked_by: null, locked_at: null, lock_reason: null })
      .where('id', '=', view.id)
      .execute();
    await recordChange(tx, caller, {
      organizationId: row.organization_id,
      resource: { type: 'workspaces', id: view.id },
      action: force ? 'force_unlock' : 'unlock',
      before: { 'locked-by': row.locked_by, reason: row.lock_reason },
    });
    await advance(tx, view.id);
  });
  platform.wakeUps.wake(topics.work);
  return await readWorkspace(platform, caller, view.id);
}
