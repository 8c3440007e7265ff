import type { Transaction } from 'kysely';
import { newId } from '@runwright/models';
import type { z } from 'zod';
import { differences, recordChange } from '../audit/record-change.ts';
import type { Caller } from '../access/caller.ts';
import { requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import { readableWorkspaces } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
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
