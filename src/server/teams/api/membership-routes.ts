import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requirePerson } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, listOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf, oneOf, sortOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { MembershipSchema } from '../membership-document.ts';
import { describeWithIncluded } from '../../includes/with-memberships.ts';
import {
  acceptInvitation,
  deleteMembership,
  inviteMember,
  listTeamMemberships,
  readMembership,
  type Membership,
  listMemberships,
  membershipsOf,
} from '../memberships.ts';
import { readTeam } from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const CreateBody = document(
  z.object({
    email: z
      .string()
      .max(255, 'must have at most 255 characters')
      .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address'),
  }),
  z
    .object({
      teams: z
        .object({
          data: z
            .array(z.object({ id: z.string() }))
            .max(100)
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
);
const include = includeOf(['user', 'teams', 'organization'], ['scim_identity']);
const IncludeQuery = z.object({ include });
const ListQuery = PageQuery.extend({
  q: z.string().optional(),
  'filter[status]': z.string().optional(),
  'filter[email]': z.string().optional(),
  include,
});

const TeamMembersQuery = PageQuery.extend({
  include,
  'filter[status]': oneOf('active', 'invited', 'inactive'),
  'filter[is_service_account]': oneOf('true', 'false'),
  sort: sortOf('status'),
});

/** api-contract §5.1. */
export function membershipEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (
    caller: Caller,
    members: readonly Membership[],
    include: string | undefined,
    view = platform,
  ) => await describeWithIncluded(view, caller, members, parseInclude(include));
  const describeOne = async (caller: Caller, member: Membership, include?: string) => {
    const { data, ...more } = await describe(caller, [member], include);
    return { data: data[0], ...more };
  };

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/organization-memberships',
      summary: 'List who is in an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(MembershipSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const page = pageOf(query);
        const { members, totalCount } = await listMemberships(
          platform,
          caller,
          organization.id,
          {
            status: query['filter[status]'],
            emails: (query['filter[email]'] ?? '').split(',').filter((text) => text !== ''),
            text: query.q ?? '',
          },
          page,
        );
        const described = await describe(caller, members, query.include);
        return { status: 200, body: { ...described, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/organization-memberships',
      summary: 'Invite somebody by e-mail address into an organization, and into teams of it',
      example: {
        data: {
          type: 'organization-memberships',
          attributes: { email: 'bob@acme.example' },
          relationships: { teams: { data: [{ type: 'teams', id: 'team-6p5jTwJQXwqZBncC' }] } },
        },
      },
      access: 'account',
      permission: 'organization:manage-membership',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(MembershipSchema), 403: refusal },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        const { attributes, relationships } = body.data;
        const teamIds = [...new Set((relationships?.teams?.data ?? []).map((team) => team.id))];
        const member = await inviteMember(platform, caller, id, attributes.email, teamIds);
        return { status: 201, body: await describeOne(caller, member, 'user') };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organization-memberships',
      summary: "List the caller's own memberships",
      access: 'account',
      permission: 'self',
      params: z.object({}),
      query: IncludeQuery,
      answers: { 200: listOf(MembershipSchema) },
      handle: async ({ caller, query }) => {
        requirePerson(caller);
        const members = await membershipsOf(platform, caller.userId);
        return { status: 200, body: await describe(caller, members, query.include) };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/teams/:id/relationships/organization-memberships',
      summary: 'List the members of a team, as memberships of the organization',
      access: 'account',
      permission: 'team:read',
      params: IdParams,
      query: TeamMembersQuery,
      answers: { 200: pagedListOf(MembershipSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const team = await readTeam(view, caller, params.id);
          const page = pageOf(query);
          const serviceAccounts = query['filter[is_service_account]'];
          const wanted = {
            status: query['filter[status]'],
            isServiceAccount: serviceAccounts === undefined ? undefined : serviceAccounts === 'true',
            sort: query.sort,
          };
          const { members, totalCount } = await listTeamMemberships(view, team.id, wanted, page);
          const described = await describe(caller, members, query.include, view);
          return { status: 200, body: { ...described, ...paginate(raw.url, page, totalCount) } };
        }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organization-memberships/:id',
      summary: 'Read a membership',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(MembershipSchema) },
      handle: async ({ caller, params, query }) => {
        const membership = await readMembership(platform, caller, params.id);
        return { status: 200, body: await describeOne(caller, membership, query.include) };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organization-memberships/:id/actions/accept',
      summary: "Accept the caller's own invitation into an organization",
      access: 'account',
      permission: 'self',
      params: IdParams,
      answers: { 200: documentOf(MembershipSchema) },
      handle: async ({ caller, params }) => {
        const membership = await acceptInvitation(platform, caller, params.id);
        return { status: 200, body: await describeOne(caller, membership) };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/organization-memberships/:id',
      summary: 'Remove somebody from an organization, or leave it',
      access: 'account',
      permission: 'organization:manage-membership',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await deleteMembership(platform, caller, await readMembership(platform, caller, params.id));
        return { status: 204 };
      },
    }),
  ];
}
