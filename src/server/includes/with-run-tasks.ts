import type { Caller } from '../access/caller.ts';
import { readableWorkspaces } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { parseInclude } from '../http/json-api.ts';
import { readOrganizationName } from '../organizations/service.ts';
import { runTaskResource } from '../run-tasks/document.ts';
import type { RunTask } from '../run-tasks/service.ts';
import { workspaceTaskResource } from '../workspace-tasks/document.ts';
import { describeWorkspaces } from '../workspaces/describe.ts';
import { readWorkspaces } from '../workspaces/service.ts';

/** The resources that run tasks can include. */
export const TASK_INCLUDES = ['workspace_tasks', 'workspace_tasks.workspace'];

/** Run tasks of one organization with what `include` names; workspaces that the caller may not read are left out. */
export async function describeTasks(
  platform: Platform,
  caller: Caller,
  tasks: readonly RunTask[],
  include?: string,
) {
  const { db } = platform;
  const [first] = tasks;
  if (first === undefined) return { data: [] };
  const organization = await readOrganizationName(db, first.organization_id);
  const attached = await db
    .selectFrom('workspace_task')
    .innerJoin('workspace', 'workspace.id', 'workspace_task.workspace_id')
    .selectAll('workspace_task')
    .where(
      'workspace_task.run_task_id',
      'in',
      tasks.map(({ id }) => id),
    )
    .where(await readableWorkspaces(db, caller, first.organization_id))
    .orderBy('workspace_task.id')
    .execute();
  const data = tasks.map((task) => {
    const own = attached.filter(({ run_task_id: id }) => id === task.id);
    return runTaskResource(
      task,
      organization,
      own.map(({ id }) => id),
    );
  });
  const names = parseInclude(include);
  if (names.length === 0) return { data };
  const ids = new Set(attached.map(({ workspace_id: id }) => id));
  const workspaces =
    names.includes('workspace_tasks.workspace') && ids.size > 0
      ? await readWorkspaces(platform, [...ids])
      : [];
  const included = [
    ...attached.map(workspaceTaskResource),
    ...(await describeWorkspaces(platform, caller, workspaces)),
  ];
  return { data, included };
}
