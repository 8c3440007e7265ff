import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';

import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf, resource, Timestamp, toOne } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import {
  IdParams,
  namedResource,
  parseInclude,
  reference,
  relationship,
  timestamp,
} from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { describeWorkspaces } from '../../workspaces/describe.ts';
import { readWorkspace, readWorkspaces } from '../../workspaces/service.ts';
import { createTrigger, deleteTrigger, listTriggers, readTrigger, type RunTrigger } from '../service.ts';

const CreateBody = z.object({
  data: z.object({ relationships: z.object({ sourceable: relationship }).nullish() }),
});
const CreateShape = z.object({ data: z.object({ relationships: z.object({ sourceable: namedResource }) }) });
const include = includeOf(['workspace', 'sourceable']);
const IncludeQuery = z.object({ include });
const ListQuery = PageQuery.extend({
  'filter[run-trigger][type]': z.enum(['inbound', 'outbound'], { error: 'must be inbound or outbound' }),
  include,
});

const RunTriggerSchema = resource(
  'run-triggers',
  { 'workspace-name': z.string(), 'sourceable-name': z.string(), 'created-at': Timestamp },
  {
    workspace: toOne('workspaces'),
    sourceable: toOne('workspaces'),
    'sourceable-choice': toOne('workspaces'),
  },
);

const triggerResource = (trigger: RunTrigger) => ({
  id: trigger.id,
  type: 'run-triggers',
  attributes: {
    'workspace-name': trigger.workspace_name,
    'sourceable-name': trigger.sourceable_name,
    'created-at': timestamp(trigger.created_at),
  },
  relationships: {
    workspace: reference('workspaces', trigger.workspace_id),
    sourceable: reference('workspaces', trigger.sourceable_id),
    'sourceable-choice': reference('workspaces', trigger.sourceable_id),
  },
  links: { self: `/api/v2/run-triggers/${trigger.id}` },
});

/** api-contract §5.11. */
export function runTriggerEndpoints(platform: Platform): Endpoint<Caller>[] {
  /** Of the requested workspaces, only those that the caller may read. */
  const includeWith = async (
    caller: Caller,
    triggers: readonly RunTrigger[],
    include: string | undefined,
  ) => {
    const names = parseInclude(include);
    const ids = triggers.flatMap(({ workspace_id, sourceable_id }) => [
      ...(names.includes('workspace') ? [workspace_id] : []),
      ...(names.includes('sourceable') ? [sourceable_id] : []),
    ]);
    const workspaces = await readWorkspaces(platform, [...new Set(ids)]);
    const included = await describeWorkspaces(platform, caller, workspaces);
    return included.length > 0 ? { included } : {};
  };

  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/workspaces/:id/run-triggers',
      summary: 'Queue a run here whenever a run of another workspace has been applied',
      example: {
        data: {
          type: 'run-triggers',
          relationships: { sourceable: { data: { type: 'workspaces', id: 'ws-SihZTyXKfNXUWuUa' } } },
        },
      },
      access: 'account',
      permission: 'workspace:admin',
      params: IdParams,
      body: CreateBody,
      bodyShape: CreateShape,
      answers: { 201: documentOf(RunTriggerSchema) },
      handle: async ({ caller, params, body }) => {
        const workspace = await readWorkspace(platform, caller, params.id, 'admin');
        const sourceId = body.data.relationships?.sourceable?.data?.id;
        const trigger = await createTrigger(platform, caller, workspace, sourceId);
        return { status: 201, body: { data: triggerResource(trigger) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/run-triggers',
      summary: 'List the run triggers into or out of a workspace',
      access: 'account',
      permission: 'workspace:read-settings',
      params: IdParams,
      query: ListQuery,
      answers: { 200: pagedListOf(RunTriggerSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const workspace = await readWorkspace(platform, caller, params.id, 'read-settings');
        const direction = query['filter[run-trigger][type]'];
        if (direction === 'outbound' && parseInclude(query.include).length > 0) refuse('invalid_include');
        const page = pageOf(query);
        const { triggers, totalCount } = await listTriggers(platform, workspace.id, direction, page);
        const included = await includeWith(caller, triggers, query.include);
        const data = triggers.map(triggerResource);
        return { status: 200, body: { data, ...included, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/run-triggers/:id',
      summary: 'Read a run trigger',
      access: 'account',
      permission: 'workspace:read-settings',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(RunTriggerSchema) },
      handle: async ({ caller, params, query }) => {
        const trigger = await readTrigger(platform, caller, params.id, 'read-settings');
        const included = await includeWith(caller, [trigger], query.include);
        return { status: 200, body: { data: triggerResource(trigger), ...included } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/run-triggers/:id',
      summary: 'Delete a run trigger',
      access: 'account',
      permission: 'workspace:admin',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await deleteTrigger(platform, caller, await readTrigger(platform, caller, params.id, 'admin'));
        return { status: 204 };
      },
    }),
  ];
}
