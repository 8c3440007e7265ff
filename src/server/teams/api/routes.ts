import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { keptOnly } from '../../http/effect.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import {
  attributesOfChange,
  document,
  IdParams,
  NoRelationships,
  parseInclude,
} from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { describeTeams, includeWithTeams } from '../describe.ts';
import { ORGANIZATION_ACCESS, TeamSchema } from '../document.ts';
import { addMemberships, addUsersByName, removeMemberships, removeUsersByName } from '../members.ts';
import { createTeam, deleteTeam, listTeams, readTeam, updateTeam } from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });

const name = z
  .string()
  .min(1, 'must not be empty')
  .max(90, 'must have at most 90 characters')
  // The ranges are spelled out: not every reader of the OpenAPI document knows the classes of Unicode.
  .regex(
    /^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$/,
    'must not hold control characters, or spaces alone',
  );
const settings = {
  visibility: z.enum(['secret', 'organization'], { error: 'must be "secret" or "organization"' }).optional(),
  'sso-team-id': keptOnly(z.string().max(255).nullish()),
  'allow-member-token-management': z.boolean().optional(),
  'organization-access': z.partialRecord(z.enum(ORGANIZATION_ACCESS), z.boolean()).optional(),
};
const CreateBody = document(z.object({ name, ...settings }), NoRelationships);
const UpdateBody = document(
  attributesOfChange(z.object({ name: name.optional(), ...settings })),
  NoRelationships,
);
const IncludeQuery = z.object({ include: includeOf(['users', 'organization_memberships']) });
const ListQuery = PageQuery.extend({
  q: z.string().optional(),
  'filter[names]': z.string().optional(),
  ...IncludeQuery.shape,
});

const references = z
  .array(z.object({ id: z.string() }), { error: 'must be a list of {"type": …, "id": …}' })
  .min(1, 'must name at least one')
  .max(100, 'must name at most 100');
const MembersBody = z.object({ data: references }, { error: 'The body must have a "data" member.' });

const RELATIONSHIPS = [
  { name: 'users', what: 'by username', add: addUsersByName, remove: removeUsersByName },
  {
    name: 'organization-memberships',
    what: 'by organization membership',
    add: addMemberships,
    remove: removeMemberships,
  },
];

/** api-contract §5.9. */
export function teamEndpoints(platform: Platform): Endpoint<Caller>[] {
  const answer = async (caller: Caller, team: Row<'team'>, status = 200): Promise<Answer> => {
    const [data] = await describeTeams(platform, caller, [team]);
    return { status, body: { data } };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/teams',
      summary: 'List the teams of an organization that the caller may see',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(TeamSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const { id } = await readOrganization(view, caller, params.organization);
          const page = pageOf(query);
          const names = (query['filter[names]'] ?? '').split(',').filter((text) => text !== '');
          const wanted = { names, search: query.q ?? '' };
          const { teams, totalCount } = await listTeams(view, caller, id, wanted, page);
          const data = await describeTeams(view, caller, teams);
          const included = await includeWithTeams(view, caller, teams, parseInclude(query.include));
          return { status: 200, body: { data, ...included, ...paginate(raw.url, page, totalCount) } };
        }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/teams',
      summary: 'Create a team',
      example: { data: { type: 'teams', attributes: { name: 'network', visibility: 'organization' } } },
      access: 'account',
      permission: 'organization:manage-teams',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(TeamSchema) },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        return await answer(caller, await createTeam(platform, caller, id, body.data.attributes), 201);
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/teams/:id',
      summary: 'Read a team',
      access: 'account',
      permission: 'team:read',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(TeamSchema) },
      handle: async ({ caller, params, query }) =>
        await inSnapshot(platform, async (view) => {
          const team = await readTeam(view, caller, params.id);
          const [data] = await describeTeams(view, caller, [team]);
          const included = await includeWithTeams(view, caller, [team], parseInclude(query.include));
          return { status: 200, body: { data, ...included } };
        }),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/teams/:id',
      summary: 'Change a team',
      access: 'account',
      permission: 'organization:manage-teams',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(TeamSchema) },
      handle: async ({ caller, params, body }) => {
        const team = await readTeam(platform, caller, params.id, 'canUpdate');
        return await answer(caller, await updateTeam(platform, caller, team, body.data.attributes));
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/teams/:id',
      summary: 'Delete a team; the owners team stays',
      access: 'account',
      permission: 'organization:manage-teams',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await deleteTeam(platform, caller, await readTeam(platform, caller, params.id, 'canDestroy'));
        return { status: 204 };
      },
    }),
    ...RELATIONSHIPS.flatMap(({ name: relationship, what, add, remove }) =>
      [{ method: 'POST', act: add } as const, { method: 'DELETE', act: remove } as const].map(
        ({ method, act }) =>
          endpoint({
            method,
            url: `/api/v2/teams/:id/relationships/${relationship}`,
            summary: `${method === 'POST' ? 'Add members to' : 'Remove members from'} a team, ${what}`,
            access: 'account',
            permission: 'organization:manage-membership',
            params: IdParams,
            body: MembersBody,
            bodyType: relationship,
            answers: { 204: nothing, 403: refusal },
            handle: async ({
              caller,
              params,
              body,
            }: {
              caller: Caller;
              params: { id: string };
              body: z.output<typeof MembersBody>;
            }) => {
              const team = await readTeam(platform, caller, params.id, 'canUpdateMembership');
              const ids = [...new Set(body.data.map(({ id }) => id))];
              await act(platform, caller, team, ids);
              return { status: 204 };
            },
          }),
      ),
    ),
  ];
}
