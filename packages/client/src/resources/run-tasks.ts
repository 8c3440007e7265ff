import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** `pre_plan`, `post_plan`, `pre_apply`, `post_apply`. */
type Stage = string;

export interface RunTaskFields {
  readonly name?: string;
  readonly url?: string;
  readonly description?: string;
  readonly enabled?: boolean;
  /** The key that signs requests to the service; it is never sent back. An empty text removes it. */
  readonly 'hmac-key'?: string | null;
  readonly overridable?: boolean;
  readonly 'global-configuration'?: {
    readonly enabled?: boolean;
    readonly stages?: readonly Stage[];
    readonly 'enforcement-level'?: string;
  };
}
export type RunTask = Resource<RunTaskFields & { readonly name: string; readonly url: string }>;

export interface WorkspaceTaskFields {
  /** `advisory`, `mandatory`. */
  readonly 'enforcement-level'?: string;
  readonly stages?: readonly Stage[];
}
/** Relationships: `task`, `workspace`. */
export type WorkspaceTask = Resource<WorkspaceTaskFields>;

/** Services that runs call before and after a plan and an apply (`api-contract §4.7`). */
export function runTasks(transport: Transport) {
  const calls = resourceCalls(transport);
  const of = (organization: string) => path`organizations/${organization}/tasks`;
  return {
    list: (organization: string, options?: ListOptions) => calls.list<RunTask>(of(organization), options),
    read: (id: string, options?: CallOptions) => calls.read<RunTask>(path`tasks/${id}`, options),
    create: (
      organization: string,
      fields: RunTaskFields & { readonly name: string; readonly url: string },
      options?: CallOptions,
    ) =>
      calls.create<RunTask>(
        of(organization),
        { type: 'tasks', attributes: { category: 'task', ...fields } },
        options,
      ),
    update: (id: string, fields: RunTaskFields, options?: CallOptions) =>
      calls.update<RunTask>(path`tasks/${id}`, { type: 'tasks', id, attributes: fields }, options),
    delete: (id: string, options?: CallOptions) => calls.remove(path`tasks/${id}`, options),
    /** The workspaces that the task is attached to. */
    workspaceTasks: (id: string, options?: ListOptions) =>
      calls.list<WorkspaceTask>(path`tasks/${id}/relationships/workspace-tasks`, options),
  };
}

/** The run tasks of a workspace. */
export function workspaceTasks(transport: Transport) {
  const calls = resourceCalls(transport);
  const one = (workspaceId: string, id: string) => path`workspaces/${workspaceId}/tasks/${id}`;
  return {
    list: (workspaceId: string, options?: ListOptions) =>
      calls.list<WorkspaceTask>(path`workspaces/${workspaceId}/tasks`, options),
    read: (workspaceId: string, id: string, options?: CallOptions) =>
      calls.read<WorkspaceTask>(one(workspaceId, id), options),
    attach: (workspaceId: string, taskId: string, fields: WorkspaceTaskFields = {}, options?: CallOptions) =>
      calls.create<WorkspaceTask>(
        path`workspaces/${workspaceId}/tasks`,
        {
          type: 'workspace-tasks',
          attributes: fields,
          relationships: { task: { type: 'tasks', id: taskId } },
        },
        options,
      ),
    update: (workspaceId: string, id: string, fields: WorkspaceTaskFields, options?: CallOptions) =>
      calls.update<WorkspaceTask>(
        one(workspaceId, id),
        { type: 'workspace-tasks', id, attributes: fields },
        options,
      ),
    detach: (workspaceId: string, id: string, options?: CallOptions) =>
      calls.remove(one(workspaceId, id), options),
  };
}

export interface TaskResultAttributes {
  /** `pending`, `running`, `passed`, `failed`, `errored`, `canceled`, `unreachable`. */
  readonly status: string;
  readonly message?: string;
  readonly url?: string | null;
  readonly stage?: Stage;
  readonly 'task-name'?: string;
  readonly 'workspace-task-enforcement-level'?: string;
}
/** Relationships: `task-stage`, `task-result-outcomes`. */
export type TaskResult = Resource<TaskResultAttributes>;

export interface TaskResultOutcomeAttributes {
  readonly 'outcome-id': string;
  readonly description: string;
  readonly url?: string | null;
  readonly tags?: Readonly<Record<string, readonly { readonly label: string; readonly level: string }[]>>;
}
export type TaskResultOutcome = Resource<TaskResultOutcomeAttributes>;

/** The result of one service for a run. */
export function taskResults(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    read: (id: string, options?: CallOptions) => calls.read<TaskResult>(path`task-results/${id}`, options),
    outcomes: (id: string, options?: ListOptions) =>
      calls.list<TaskResultOutcome>(path`task-results/${id}/outcomes`, options),
  };
}
