import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { includeOf, oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization, readOrganizationName } from '../../organizations/service.ts';
import { describePolicySets, PolicySetSchema, type PolicySet } from '../document.ts';
import { changeMembers, MEMBER_KINDS } from '../members.ts';
import {
  createPolicySet,
  deletePolicySet,
  listPolicySets,
  readPolicySet,
  updatePolicySet,
} from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const fields = {
  name: z
    .string({ error: 'must be a text' })
    .regex(/^[\w-]{1,90}$/, 'may hold letters, digits, "-" and "_" only, at most 90'),
  description: z.string().max(1_000).nullish(),
  global: z.boolean().optional(),
  overridable: z
    .literal(true, {
      error: 'must be true: which failures can be overridden is said by the enforcement level of each policy',
    })
    .optional(),
  'vcs-repo': z
    .null({ error: 'cannot be set: upload the policies (POST /policy-sets/:id/versions)' })
    .optional(),
};
const kind = z.enum(['cel', 'opa'], { error: 'must be "cel" or "opa"' });
const ids = z.array(z.object({ id: z.string(), type: z.string().optional() })).max(500);
const members = z.object(
  Object.fromEntries(MEMBER_KINDS.map((name) => [name, z.object({ data: ids }).optional()])),
);
const CreateBody = document(z.object({ ...fields, kind: kind.default('cel') }), members.nullish());
const UpdateBody = document(
  attributesOfChange(z.object({ ...fields, name: fields.name.optional() })),
  NoRelationships,
);
const MembersBody = z.object({ data: ids }, { error: 'must be {"data": [{"id": …}]}' });
const withoutEffect = [
  'policies',
  'workspaces',
  'projects',
  'current_version',
  'newest_version',
  'organization',
];
const IncludeQuery = z.object({ include: includeOf([], withoutEffect) });
const ListQuery = PageQuery.extend(IncludeQuery.shape).extend({
  'search[name]': z.string().max(90).optional(),
  'filter[kind]': oneOf('cel', 'opa', 'sentinel'),
});

export function policySetEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (set: PolicySet) => {
    const name = await readOrganizationName(platform.db, set.organization_id);
    const [data] = await describePolicySets(platform.db, name, [set]);
    return { data };
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
        const data = await describePolicySets(platform.db, organization.name, sets);
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
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
        const { relationships, attributes } = body.data;
        const given = MEMBER_KINDS.map((name) => ({
          kind: name,
          ids: relationships?.[name]?.data.map((one) => one.id) ?? [],
        }));
        const set = await createPolicySet(platform, caller, id, { ...attributes, members: given });
        return { status: 201, body: await describe(set) };
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
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await describe(await readPolicySet(platform, caller, params.id, 'member')),
      }),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/policy-sets/:id',
      summary: 'Change a policy set: only what is given',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(PolicySetSchema) },
      handle: async ({ caller, params, body }) => {
        const set = await readPolicySet(platform, caller, params.id, 'manage-policies');
        const changed = await updatePolicySet(platform, caller, set, body.data.attributes);
        return { status: 200, body: await describe(changed) };
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

interface MembersRequest {
  caller: Caller;
  params: z.output<typeof IdParams>;
  body: z.output<typeof MembersBody>;
}
