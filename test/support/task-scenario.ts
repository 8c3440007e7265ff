/** Run tasks for tests of runs. */
import { uniqueName } from './scenario.ts';
import type { CallableServer } from './server.ts';

export interface TaskOptions {
  level?: 'advisory' | 'mandatory';
  stages?: string[];
  attributes?: Record<string, unknown>;
}

/** Attaches a task of the organization to the workspace, for its new runs. @returns the ids of both */
export async function attachTask(
  server: CallableServer,
  { organization, workspaceId }: { organization: string; workspaceId: string },
  url: string,
  { level = 'mandatory', stages = ['post_plan'], attributes = {} }: TaskOptions = {},
): Promise<{ taskId: string; attachedId: string }> {
  const taskId = await createTask(server, organization, url, attributes);
  const attached = await server.call('POST', `/api/v2/workspaces/${workspaceId}/tasks`, {
    data: {
      type: 'workspace-tasks',
      attributes: { 'enforcement-level': level, stages },
      relationships: { task: { data: { type: 'tasks', id: taskId } } },
    },
  });
  if (attached.status !== 201) throw new Error(attached.text);
  return { taskId, attachedId: attached.body.data.id };
}

export async function createTask(
  server: CallableServer,
  organization: string,
  url: string,
  attributes: Record<string, unknown> = {},
): Promise<string> {
  const task = await server.call('POST', `/api/v2/organizations/${organization}/tasks`, {
    data: { type: 'tasks', attributes: { name: uniqueName('task'), url, category: 'task', ...attributes } },
  });
  if (task.status !== 201) throw new Error(task.text);
  return task.body.data.id;
}

interface Stage {
  id: string;
  attributes: { stage: string; status: string; actions: { 'is-overridable': boolean } };
}
interface Included {
  id: string;
  type: string;
  attributes: Record<string, unknown>;
}

/** The stages of a run, each with its results. */
export async function stagesOf(
  server: CallableServer,
  runId: string,
): Promise<(Stage & { results: Included[] })[]> {
  const list = await server.call('GET', `/api/v2/runs/${runId}/task-stages`);
  const stages = list.body.data as unknown as Stage[];
  return await Promise.all(
    stages.map(async (stage) => {
      const { body } = await server.call('GET', `/api/v2/task-stages/${stage.id}?include=task_results`);
      return { ...stage, results: (body.included ?? []) as unknown as Included[] };
    }),
  );
}
