import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams } from '../../http/json-api.ts';
import { includeOf, oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { describePolicySets, SET_INCLUDES } from '../../includes/with-policy-sets.ts';
import { readOrganization } from '../../organizations/service.ts';
import { NewSetAttributes, SetChange } from '../attributes.ts';
import { PolicySetSchema, type PolicySet } from '../document.ts';
import { changeMembers, MEMBER_KINDS, type SetMember } from '../members.ts';
import {
  createPolicySet,
  deletePolicySet,
  listPolicySets,
  readPolicySet,
  updatePolicySet,
} from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const ids = z.array(z.object({ id: z.string(), type: z.string().optional() })).max(500);
const members = z.object(
  Object.fromEntries(MEMBER_KINDS.map((name) => [name, z.object({ data: ids }).nullish()])),
);
const CreateBody = document(NewSetAttributes, members.nullish());
const UpdateBody = document(attributesOfChange(SetChange), members.nullish());
const MembersBody = z.object({ data: ids }, { error: 'must be {"data": [{"id": …}]}' });
const IncludeQuery = z.object({ include: includeOf(SET_INCLUDES) });
const ListQuery = PageQuery.extend(IncludeQuery.shape).extend({
  'search[name]': z.string().max(90).optional(),
  'filter[kind]': oneOf('cel', 'opa', 'sentinel'),
});

export function policySetEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (caller: Caller, set: PolicySet, include?: string) => {
    const { data, ...rest } = await describePolicySets(platform, caller, [set], include);
    return { data: data[0], ...rest };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/policy-sets',
      summary: 'List the policy sets of an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(PolicySetSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const page = pageOf(query);
        const wanted = { name: query['search[name]'], kind: query['filter[kind]'] };
        const { sets, totalCount } = await listPolicySets(platform, organization.id, wanted, page);
        const shown = await describePolicySets(platform, caller, sets, query.include);
        return { status: 200, body: { ...shown, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/policy-sets',
      summary: 'Create a policy set, and say which workspaces and projects it is for',
      example: {
        data: {
          type: 'policy-sets',
          attributes: { name: 'production', kind: 'cel', global: false },
          relationships: { workspaces: { data: [{ type: 'workspaces', id: 'ws-SihZTyXKfNXUWuUa' }] } },
        },
      },
      access: 'account',
      permission: 'organization:manage-policies',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(PolicySetSchema) },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(platform.db, caller, id, 'manage-policies');
        const { kind, name } = body.data.attributes;
        const set = await createPolicySet(platform, caller, id, { ...given(body.data), kind, name });
        return { status: 201, body: await describe(caller, set) };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-sets/:id',
      summary: 'Read a policy set and what it is given to',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(PolicySetSchema) },
      handle: async ({ caller, params, query }) => {
        const set = await readPolicySet(platform, caller, params.id, 'member');
        return { status: 200, body: await describe(caller, set, query.include) };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/policy-sets/:id',
      summary:
        'Change a policy set: only what is given; a relationship that is given replaces the whole list',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(PolicySetSchema) },
      handle: async ({ caller, params, body }) => {
        const set = await readPolicySet(platform, caller, params.id, 'manage-policies');
        const { kind = set.kind } = body.data.attributes;
        if (kind !== set.kind)
          refuse(
            'invalid_attribute',
            `kind: is ${set.kind} for good: create another set for ${kind} policies`,
            '/data/attributes/kind',
          );
        const changed = await updatePolicySet(platform, caller, set, given(body.data));
        return { status: 200, body: await describe(caller, changed) };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/policy-sets/:id',
      summary: 'Delete a policy set: what it said of earlier runs stays',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const set = await readPolicySet(platform, caller, params.id, 'manage-policies');
        await deletePolicySet(platform, caller, set);
        return { status: 204 };
      },
    }),
    ...MEMBER_KINDS.flatMap((name) =>
      (['add', 'remove'] as const).map((change) =>
        endpoint({
          method: change === 'add' ? 'POST' : 'DELETE',
          url: `/api/v2/policy-sets/:id/relationships/${name}`,
          summary: `${change === 'add' ? 'Add' : 'Remove'} ${name.replace('-', ' ')} of a policy set; the others stay`,
          access: 'account',
          permission: 'organization:manage-policies',
          params: IdParams,
          body: MembersBody,
          bodyType: name.replace('-exclusions', 's'),
          answers: { 204: nothing },
          handle: async ({ caller, params, body }: MembersRequest) => {
            const set = await readPolicySet(platform, caller, params.id, 'manage-policies');
            const member = { kind: name, ids: body.data.map(({ id }) => id) };
            await changeMembers(platform, caller, set, change, member);
            return { status: 204 };
          },
        }),
      ),
    ),
  ];
}

/** The given parts of a set; of its members only the kinds that the body names. */
const given = ({ attributes, relationships }: z.output<typeof UpdateBody>['data']) => ({
  name: attributes.name,
  description: attributes.description,
  global: attributes.global,
  overridable: attributes.overridable ?? undefined,
  agentEnabled: attributes['agent-enabled'] ?? undefined,
  members: MEMBER_KINDS.flatMap((kind): SetMember[] => {
    const named = relationships?.[kind];
    return !named ? [] : [{ kind, ids: named.data.map(({ id }) => id) }];
  }),
});

interface MembersRequest {
  caller: Caller;
  params: z.output<typeof IdParams>;
  body: z.output<typeof MembersBody>;
}
