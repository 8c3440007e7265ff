import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing } from '../../http/answers.ts';
import { pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { changeConsumers, listConsumers } from '../consumers.ts';
import { describeWorkspaces } from '../describe.ts';
import { WorkspaceSchema } from '../document.ts';

const URL = '/api/v2/workspaces/:id/relationships/remote-state-consumers';

const ConsumersBody = z.object({
  data: z
    .array(z.object({ id: z.string().max(100) }), { error: 'must be a list of workspaces' })
    .max(1_000, 'must name at most 1000 workspaces'),
});

/** Lists only the named workspaces, even if the state is shared with all. */
const ListQuery = PageQuery.extend({ show_only_configured: oneOf('true', 'false') });

const CHANGES = [
  { method: 'POST', change: 'add', summary: 'Let the runs of more workspaces read the state of this one' },
  {
    method: 'PATCH',
    change: 'replace',
    summary: 'Let the runs of these workspaces read the state, no others',
  },
  {
    method: 'DELETE',
    change: 'remove',
    summary: 'Let the runs of these workspaces no longer read the state',
  },
] as const;

/** The workspaces whose runs may read a workspace's state (api-contract §5.3). */
export const consumerEndpoints = (platform: Platform): Endpoint<Caller>[] => [
  endpoint({
    method: 'GET',
    url: URL,
    summary: 'List the workspaces whose runs may read the state of this one',
    access: 'account',
    permission: 'workspace:read-settings',
    params: IdParams,
    query: ListQuery,
    answers: { 200: pagedListOf(WorkspaceSchema) },
    handle: async ({ caller, params, query, raw }) =>
      await inSnapshot(platform, async (view) => {
        const page = pageOf(query);
        const onlyNamed = query.show_only_configured === 'true';
        const { workspaces, totalCount } = await listConsumers(view, caller, params.id, onlyNamed, page);
        const data = await describeWorkspaces(view, caller, workspaces);
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      }),
  }),
  ...CHANGES.map(({ method, change, summary }) =>
    endpoint({
      method,
      url: URL,
      summary,
      access: 'account',
      permission: 'workspace:admin',
      params: IdParams,
      body: ConsumersBody,
      bodyType: 'workspaces',
      answers: { 204: nothing },
      handle: async (request: {
        caller: Caller;
        params: { id: string };
        body: z.output<typeof ConsumersBody>;
      }) => {
        const ids = request.body.data.map(({ id }) => id);
        await changeConsumers(platform, request.caller, request.params.id, change, ids);
        return { status: 204 };
      },
    }),
  ),
];
