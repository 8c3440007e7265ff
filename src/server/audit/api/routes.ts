import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { json } from '../../http/answers.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { Moment } from '../../http/json-api.ts';
import { PageQuery } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization } from '../../organizations/service.ts';
import { auditEvent, AuditEventSchema } from '../document.ts';
import { listEntries } from '../list-entries.ts';

const MAX_PAGE = 1_000;

const Trail = json(
  z.object({
    data: z.array(AuditEventSchema),
    pagination: z.object({
      current_page: z.int(),
      prev_page: z.int().nullable(),
      next_page: z.int().nullable(),
      total_pages: z.int(),
      total_count: z.int(),
    }),
  }),
);

const TrailQuery = z.object({
  since: Moment.optional(),
  organization: z.string().optional(),
  'page[number]': PageQuery.shape['page[number]'],
  'page[size]': z.coerce
    .number()
    .int()
    .catch(MAX_PAGE)
    .transform((size) => Math.min(Math.max(size, 1), MAX_PAGE)),
});

/** api-contract §5.13: the changes by an organization's people and tokens, oldest first. */
export function auditEndpoints(platform: Platform): Endpoint<Caller>[] {
  /** An organization's token reads its own trail; people name the organization. */
  const organizationIdOf = async (caller: Caller, name: string | undefined): Promise<string> => {
    if ('organizationId' in caller) return caller.organizationId;
    if (name === undefined) {
      refuse(
        'bad_request',
        "organization: name the organization whose trail to read, or use an organization's token",
      );
    }
    return (await readOrganization(platform, caller, name)).id;
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organization/audit-trail',
      summary: 'Read who changed what in an organization, oldest first',
      access: 'account',
      permission: 'organization:read-audit-trail',
      params: z.object({}),
      query: TrailQuery,
      answers: { 200: Trail },
      handle: async ({ caller, query }) => {
        const organizationId = await organizationIdOf(caller, query.organization);
        await requireInOrganization(platform.db, caller, organizationId, 'read-audit-trail');
        const page = { number: query['page[number]'], size: query['page[size]'] };
        const since = query.since === undefined ? null : new Date(query.since);
        const { entries, totalCount } = await listEntries(platform, organizationId, since, page);
        const totalPages = Math.max(1, Math.ceil(totalCount / page.size));
        return {
          status: 200,
          body: {
            data: entries.map(auditEvent),
            pagination: {
              current_page: page.number,
              prev_page: page.number > 1 ? page.number - 1 : null,
              next_page: page.number < totalPages ? page.number + 1 : null,
              total_pages: totalPages,
              total_count: totalCount,
            },
          },
        };
      },
    }),
  ];
}
