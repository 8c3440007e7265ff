import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { refusal } from '../../http/answers.ts';
import { documentOf, listOf, pagedListOf, resource } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { includeOf, sortOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { requireSiteAdmin } from '../../access/permissions.ts';
import { readOrganization } from '../../organizations/service.ts';
import { ABSENT } from '../absent.ts';

const text = z.string().optional();
const OrganizationParams = z.object({ organization: z.string() });
const NothingRecoverable = PageQuery.extend({
  include: includeOf([], ['project', 'recoverable']),
  'filter[search]': text,
  'filter[having_managed_resources]': text,
  'filter[expires_after]': text,
  'filter[recoverable_type]': text,
  sort: sortOf('expires_at', 'recoverable_name', 'unmanaged_resources'),
});

const FeatureSetSchema = resource('feature-sets', { name: z.string(), identifier: z.string() });
const SubscriptionSchema = resource('subscriptions', {
  'is-active': z.literal(true),
  'runs-ceiling': z.null(),
  'agents-ceiling': z.null(),
});

/** Features that only HCP Terraform has: requests are refused in words, lists are always empty. */
export function absentEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    ...ABSENT.map(({ method, url, summary, words }) =>
      endpoint({
        method,
        url: `/api/v2${url}`,
        summary,
        access: 'account',
        permission: 'account',
        params: z.record(z.string(), z.string()),
        answers: { [isRead(method) ? 404 : 422]: refusal },
        handle: async ({ caller }: { caller: Caller }) => {
          // Run, task and audit tokens are only for what they read.
          if (['run', 'task', 'audit'].includes(caller.kind)) refuse('not_found');
          return refuse(isRead(method) ? 'not_found' : 'unprocessable', words);
        },
      }),
    ),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/recoverable-items',
      summary: 'List what was deleted and can be brought back: nothing can',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: NothingRecoverable,
      answers: { 200: pagedListOf(z.never()) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          await readOrganization(view, caller, params.organization);
          return { status: 200, body: { data: [], ...paginate(raw.url, pageOf(query), 0) } };
        }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/token-ttl-policies',
      summary: 'List how long tokens of an organization may live: none of its own limits them',
      access: 'account',
      permission: 'organization:owner',
      params: OrganizationParams,
      answers: { 200: listOf(z.never()) },
      handle: async ({ caller, params }) => {
        await readOrganization(platform, caller, params.organization, 'owner');
        return { status: 200, body: { data: [] } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/admin/feature-sets',
      summary: 'List what organizations can subscribe to: there is one, with everything',
      access: 'account',
      permission: 'site-admin',
      params: z.object({}),
      query: PageQuery.extend({ q: text }),
      answers: { 200: pagedListOf(FeatureSetSchema) },
      handle: async ({ caller, query, raw }) => {
        requireSiteAdmin(caller);
        const attributes = { name: 'Everything', identifier: 'everything' };
        const data = [{ id: 'fs-everything', type: 'feature-sets', attributes }];
        return { status: 200, body: { data, ...paginate(raw.url, pageOf(query), data.length) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/admin/organizations/:organization/subscription',
      summary: 'Subscribe an organization: it has everything already, and nothing of it is limited',
      access: 'account',
      permission: 'site-admin',
      params: OrganizationParams,
      answers: { 200: documentOf(SubscriptionSchema) },
      handle: async ({ caller, params }) => {
        requireSiteAdmin(caller);
        const { id } = await readOrganization(platform, caller, params.organization);
        const attributes = { 'is-active': true, 'runs-ceiling': null, 'agents-ceiling': null };
        return { status: 200, body: { data: { id, type: 'subscriptions', attributes } } };
      },
    }),
  ];
}

/** Reads and deletes are answered 404; all other requests are refused with the reason. */
const isRead = (method: Endpoint['method']): boolean => method === 'GET' || method === 'DELETE';
