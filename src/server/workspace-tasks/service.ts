import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { differences, recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import type { TaskLevel, TaskStageName } from '../database/tables/run-tasks.ts';
import { transact } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { readRunTask, eachOnce } from '../run-tasks/service.ts';
import { readWorkspace } from '../workspaces/service.ts';

const record = recorderOf('workspace-tasks');

export type WorkspaceTask = Row<'workspace_task'>;

const TASK_POINTER = '/data/relationships/task';

/** The attachments of a workspace, or of a task; the caller has been checked. */
export async function listWorkspaceTasks(
  { db }: Pick<Platform, 'db'>,
  of: 'workspace_id' | 'run_task_id',
  id: string,
  page: Page,
): Promise<{ attached: WorkspaceTask[]; totalCount: number }> {
  const all = db.selectFrom('workspace_task').where(of, '=', id);
  const { rows: attached, totalCount } = await readPage(
    all.selectAll().orderBy('created_at').orderBy('id'),
    page,
  );
  return { attached, totalCount };
}

/** @throws 404 when it does not exist, or the caller may not do this in its workspace */
export async function readWorkspaceTask(
  platform: Platform,
  caller: Caller,
  { workspaceId, id }: { workspaceId: string; id: string },
  permission: 'read' | 'manage-run-tasks',
): Promise<WorkspaceTask & { organizationId: string }> {
  const workspace = await readWorkspace(platform, caller, workspaceId, permission);
  const attached = await platform.db
    .selectFrom('workspace_task')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspace.id)
    .executeTakeFirst();
  if (attached === undefined) refuse('not_found');
  return { ...attached, organizationId: workspace.organization_id };
}

/** New runs of the workspace ask the task. @throws 422 it is attached already; 404 for another organization's task */
export async function attachTask(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  { taskId, level, stages }: { taskId: string | undefined; level: TaskLevel; stages: TaskStageName[] },
): Promise<WorkspaceTask> {
  const workspace = await readWorkspace(platform, caller, workspaceId, 'manage-run-tasks');
  if (taskId === undefined)
    refuse('invalid_attribute', 'task: name the run task of the organization to attach', TASK_POINTER);
  const task = await readRunTask(platform, caller, taskId, 'member');
  if (task.organization_id !== workspace.organization_id) refuse('not_found');
  return await transact(platform.db, async (tx) => {
    const there = await tx
      .selectFrom('run_task')
      .select('id')
      .where('id', '=', task.id)
      .forKeyShare()
      .executeTakeFirst();
    if (there === undefined) refuse('not_found');
    const attached = await tx
      .insertInto('workspace_task')
      .values({
        id: newId('wstask'),
        workspace_id: workspace.id,
        run_task_id: task.id,
        level,
        stages: JSON.stringify(eachOnce(stages)),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = { task: task.name, ...describe(attached) };
    await record(tx, caller, { id: attached.id, organization_id: workspace.organization_id }, 'create', {
      after,
    });
    return attached;
  }).catch((error: unknown) => {
    if (isUniqueViolation(error))
      refuse('invalid_attribute', 'task: the workspace has this run task already', TASK_POINTER);
    throw error;
  });
}

/** Changes only the given attributes. */
export async function updateWorkspaceTask(
  { db }: Platform,
  caller: Caller,
  before: WorkspaceTask & { organizationId: string },
  fields: { level: TaskLevel | undefined; stages: TaskStageName[] | undefined },
): Promise<WorkspaceTask> {
  return await transact(db, async (tx) => {
    const attached = await tx
      .updateTable('workspace_task')
      .set({
        level: fields.level ?? before.level,
        stages: JSON.stringify(eachOnce(fields.stages ?? before.stages)),
        updated_at: new Date(),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    if (attached === undefined) return refuse('not_found');
    const changes = differences(describe(before), describe(attached));
    await record(tx, caller, { id: attached.id, organization_id: before.organizationId }, 'update', changes);
    return attached;
  });
}

/** Runs that were created with the task keep it. */
export async function detachTask(
  { db }: Platform,
  caller: Caller,
  attached: WorkspaceTask & { organizationId: string },
): Promise<void> {
  await transact(db, async (tx) => {
    (await tx
      .deleteFrom('workspace_task')
      .where('id', '=', attached.id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    const before = describe(attached);
    await record(tx, caller, { id: attached.id, organization_id: attached.organizationId }, 'destroy', {
      before,
    });
  });
}

const describe = ({ level, stages }: WorkspaceTask): Record<string, unknown> => ({
  'enforcement-level': level,
  stages,
});
