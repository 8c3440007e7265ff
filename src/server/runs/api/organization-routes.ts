import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { readableRuns } from '../../access/rights.ts';
import { countRunners } from '../../agent-pools/server-runners.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { documentOf, pagedListOf, resource, Timestamp, uncountedListOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { timestamp } from '../../http/json-api.ts';
import { offsetOf, pageOf, PageQuery, paginate, paginateWithoutTotals } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization } from '../../organizations/service.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { answerRunsOf } from './answer-runs.ts';
import { describeRuns } from './describe.ts';
import { RunSchema } from '../document.ts';
import { listOrganizationRuns, OrganizationRunListQuery } from '../list.ts';
import { readQueue } from '../queue.ts';
import { readRunsInOrder } from '../queries.ts';

/** `oldest-queued-at` and `runners` are only on this platform. */
const CapacitySchema = resource('organization-capacity', {
  pending: z.int(),
  running: z.int(),
  'oldest-queued-at': Timestamp.nullable(),
  runners: z.int(),
});

const Params = z.object({ organization: z.string() });
const RunsQuery = OrganizationRunListQuery.extend({
  workspace_id: z.string().optional(),
  organization_name: z.string().optional(),
});

/** Requests about the runs of a whole organization. */
export function organizationRunEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const listOfOrganization = async (
    caller: Caller,
    name: string,
    query: OrganizationRunListQuery,
    url: string,
  ): Promise<Answer> =>
    await inSnapshot(platform, async (view) => {
      const organization = await readOrganization(view, caller, name);
      const page = pageOf(query);
      const readable = await readableRuns(view.db, caller, organization.id);
      const { runs, hasMore } = await listOrganizationRuns(
        view.db,
        caller,
        organization.id,
        readable,
        query,
        page,
      );
      const body = await describeRuns(view, caller, runs, query.include);
      return { status: 200, body: { ...body, ...paginateWithoutTotals(url, page, hasMore) } };
    });
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/runs',
      summary: 'List the runs of the workspace, else of the organization, that the query names',
      access: 'account',
      permission: 'workspace:read-runs',
      params: z.object({}),
      query: RunsQuery,
      answers: { 200: [pagedListOf(RunSchema), uncountedListOf(RunSchema)] },
      handle: async ({ caller, query, raw }) => {
        const { workspace_id: workspaceId, organization_name: name } = query;
        if (!workspaceId) {
          if (!name) refuse('bad_request', 'workspace_id or organization_name: name one of the two');
          return await listOfOrganization(caller, name, query, raw.url);
        }
        return await inSnapshot(platform, async (view) => {
          const workspace = await readWorkspace(view, caller, workspaceId, 'read-runs');
          if (name && name !== workspace.organization_name) refuse('not_found');
          return await answerRunsOf(view, caller, workspace.id, query, raw.url);
        });
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/runs',
      summary: 'List the runs of an organization that the caller may read, newest first; of the last year',
      access: 'account',
      permission: 'organization:member',
      params: Params,
      query: OrganizationRunListQuery,
      answers: { 200: uncountedListOf(RunSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await listOfOrganization(caller, params.organization, query, raw.url),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/runs/queue',
      summary: 'List the runs that wait for a runner, the next one first',
      access: 'account',
      permission: 'organization:member',
      params: Params,
      query: PageQuery,
      answers: { 200: pagedListOf(RunSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const organization = await readOrganization(view, caller, params.organization);
          const queue = await readQueue(view.db, organization.id);
          const ids = queue.filter(({ running }) => !running).map(({ id }) => id);
          const page = pageOf(query);
          const waiting = await readRunsInOrder(view.db, caller, organization.id, ids);
          const runs = waiting.slice(offsetOf(page), offsetOf(page) + page.size);
          const body = await describeRuns(view, caller, runs, undefined);
          return { status: 200, body: { ...body, ...paginate(raw.url, page, waiting.length) } };
        }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/capacity',
      summary:
        'How many runs wait for a runner and since when, how many have one, and how many runners are there',
      access: 'account',
      permission: 'organization:member',
      params: Params,
      answers: { 200: documentOf(CapacitySchema) },
      handle: async ({ caller, params }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const queue = await readQueue(db, organization.id);
        const waiting = queue.filter((run) => !run.running);
        const oldest = Math.min(...waiting.map(({ queuedAt }) => queuedAt?.getTime() ?? Infinity));
        const attributes = {
          pending: waiting.length,
          running: queue.length - waiting.length,
          'oldest-queued-at': Number.isFinite(oldest) ? timestamp(new Date(oldest)) : null,
          runners: await countRunners(platform, organization.id),
        };
        return {
          status: 200,
          body: { data: { id: organization.name, type: 'organization-capacity', attributes } },
        };
      },
    }),
  ];
}
