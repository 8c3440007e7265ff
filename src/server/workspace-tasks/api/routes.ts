import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, relationship } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { LEVELS, STAGES } from '../../run-tasks/document.ts';
import { readRunTask } from '../../run-tasks/service.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { workspaceTaskResource, WorkspaceTaskSchema } from '../document.ts';
import {
  attachTask,
  detachTask,
  listWorkspaceTasks,
  readWorkspaceTask,
  updateWorkspaceTask,
} from '../service.ts';

const fields = {
  'enforcement-level': z.enum(LEVELS, { error: `must be one of ${LEVELS.join(', ')}` }).nullish(),
  stages: z
    .array(z.enum(STAGES, { error: `must be one of ${STAGES.join(', ')}` }))
    .min(1, 'must name a stage')
    .max(20)
    .nullish(),
  /** The attribute of older clients. */
  stage: z.enum(STAGES).nullish(),
};
const CreateBody = document(
  z.object({ ...fields, 'enforcement-level': z.enum(LEVELS).default('advisory') }),
  z.object({ task: relationship }, { error: 'must name the task' }),
);
/** `task` may be sent back: it never changes. */
const UpdateBody = document(attributesOfChange(z.object(fields)), z.object({ task: relationship }).nullish());
const TaskParams = z.object({ id: z.string(), task: z.string() });

const stagesOf = (given: {
  stages?: (typeof STAGES)[number][] | null | undefined;
  stage?: (typeof STAGES)[number] | null | undefined;
}) => given.stages ?? (given.stage ? [given.stage] : undefined);

/** The run tasks for the runs of a workspace, and their stages (api-contract §4.7). */
export function workspaceTaskEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/tasks',
      summary: 'List the run tasks that are attached to a workspace',
      access: 'account',
      permission: 'workspace:read',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(WorkspaceTaskSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const workspace = await readWorkspace(platform, caller, params.id);
        const page = pageOf(query);
        const found = await listWorkspaceTasks(platform, 'workspace_id', workspace.id, page);
        const data = found.attached.map(workspaceTaskResource);
        return { status: 200, body: { data, ...paginate(raw.url, page, found.totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/workspaces/:id/tasks',
      summary: 'Attach a run task to a workspace: its new runs ask it',
      example: {
        data: {
          type: 'workspace-tasks',
          attributes: { 'enforcement-level': 'mandatory', stages: ['post_plan'] },
          relationships: { task: { data: { type: 'tasks', id: 'task-7oD7doVTQdAFnMLV' } } },
        },
      },
      access: 'account',
      permission: 'workspace:manage-run-tasks',
      params: IdParams,
      body: CreateBody,
      answers: { 201: documentOf(WorkspaceTaskSchema) },
      handle: async ({ caller, params, body }) => {
        const { attributes, relationships } = body.data;
        const attached = await attachTask(platform, caller, params.id, {
          taskId: relationships.task?.data?.id,
          level: attributes['enforcement-level'],
          stages: stagesOf(attributes) ?? ['post_plan'],
        });
        return { status: 201, body: { data: workspaceTaskResource(attached) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/tasks/:task',
      summary: 'Read how a run task is attached to a workspace',
      access: 'account',
      permission: 'workspace:read',
      params: TaskParams,
      answers: { 200: documentOf(WorkspaceTaskSchema) },
      handle: async ({ caller, params: { id: workspaceId, task } }) => {
        const attached = await readWorkspaceTask(platform, caller, { workspaceId, id: task }, 'read');
        return { status: 200, body: { data: workspaceTaskResource(attached) } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/workspaces/:id/tasks/:task',
      summary: 'Change when the runs of a workspace ask a run task, and what its failure does',
      access: 'account',
      permission: 'workspace:manage-run-tasks',
      params: TaskParams,
      body: UpdateBody,
      answers: { 200: documentOf(WorkspaceTaskSchema) },
      handle: async ({ caller, params: { id: workspaceId, task }, body }) => {
        const of = { workspaceId, id: task };
        const before = await readWorkspaceTask(platform, caller, of, 'manage-run-tasks');
        const { attributes, relationships } = body.data;
        const other = relationships?.task?.data?.id ?? before.run_task_id;
        if (other !== before.run_task_id)
          refuse(
            'invalid_attribute',
            'task: another run task is attached, it does not take the place of this one',
            '/data/relationships/task',
          );
        const changed = await updateWorkspaceTask(platform, caller, before, {
          level: attributes['enforcement-level'] ?? undefined,
          stages: stagesOf(attributes),
        });
        return { status: 200, body: { data: workspaceTaskResource(changed) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/workspaces/:id/tasks/:task',
      summary: 'Take a run task from a workspace; runs that have it keep it',
      access: 'account',
      permission: 'workspace:manage-run-tasks',
      params: TaskParams,
      answers: { 204: nothing },
      handle: async ({ caller, params: { id: workspaceId, task } }) => {
        const of = { workspaceId, id: task };
        await detachTask(platform, caller, await readWorkspaceTask(platform, caller, of, 'manage-run-tasks'));
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/tasks/:id/relationships/workspace-tasks',
      summary: 'List where a run task is attached',
      access: 'account',
      permission: 'organization:manage-run-tasks',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(WorkspaceTaskSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const task = await readRunTask(platform, caller, params.id, 'manage-run-tasks');
        const page = pageOf(query);
        const found = await listWorkspaceTasks(platform, 'run_task_id', task.id, page);
        const data = found.attached.map(workspaceTaskResource);
        return { status: 200, body: { data, ...paginate(raw.url, page, found.totalCount) } };
      },
    }),
  ];
}
