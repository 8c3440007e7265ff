import { z } from 'zod';
import type { Caller } from '../../access/caller.ts';
import { readableRuns } from '../../access/rights.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { documentOf, pagedListOf, resource, uncountedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { offsetOf, pageOf, PageQuery, paginate, paginateWithoutTotals } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { describeRuns } from './describe.ts';
import { RunSchema } from '../document.ts';
import { listOrganizationRuns, OrganizationRunListQuery } from '../list.ts';
import { readQueue } from '../queue.ts';

const CapacitySchema = resource('organization-capacity', { pending: z.int(), running: z.int() });

const Params = z.object({ organization: z.string() });

/** What is asked of the runs of a whole organization. */
export function organizationRunEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  return [
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
        await inSnapshot(platform, async (view) => {
          const organization = await readOrganization(view, caller, params.organization);
          const page = pageOf(query);
          const { runs, hasMore } = await listOrganizationRuns(
            view.db,
            organization.id,
            await readableRuns(view.db, caller, organization.id),
            query,
            page,
          );
          const body = await describeRuns(view, caller, runs, query.include);
          return { status: 200, body: { ...body, ...paginateWithoutTotals(raw.url, page, hasMore) } };
        }),
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
          const readable = await readableRuns(view.db, caller, organization.id);
          const waiting =
            ids.length === 0
              ? []
              : await view.db.selectFrom('run').selectAll().where('id', 'in', ids).where(readable).execute();
          waiting.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
          const runs = waiting.slice(offsetOf(page), offsetOf(page) + page.size);
          const body = await describeRuns(view, caller, runs, undefined);
          return { status: 200, body: { ...body, ...paginate(raw.url, page, waiting.length) } };
        }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/capacity',
      summary: 'How many runs wait for a runner, and how many have one',
      access: 'account',
      permission: 'organization:member',
      params: Params,
      answers: { 200: documentOf(CapacitySchema) },
      handle: async ({ caller, params }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const queue = await readQueue(db, organization.id);
        const running = queue.filter((run) => run.running).length;
        const attributes = { pending: queue.length - running, running };
        return {
          status: 200,
          body: { data: { id: organization.name, type: 'organization-capacity', attributes } },
        };
      },
    }),
  ];
}
