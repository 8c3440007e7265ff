import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import {
  attributesOfChange,
  document,
  IdParams,
  namedResource,
  NoRelationships,
  relationship,
} from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import type { Permission } from '../../http/permission.ts';
import { refuse } from '../../http/refusal.ts';
import { readTeam } from '../../teams/service.ts';
import { projectGrants, workspaceGrants, type GrantKind } from '../grant-kind.ts';
import { changeAccess, giveAccess, listGrants, readGrant, takeAccess, type GrantChange } from '../grants.ts';

/** The access of teams to single workspaces and projects (api-contract §5.9). */
export const teamAccessEndpoints = (platform: Platform): Endpoint<Caller>[] =>
  [workspaceGrants, projectGrants].flatMap((kind) => endpointsOf(platform, kind));

const ListQuery = PageQuery.extend({ 'filter[team][id]': z.string().optional() });

function endpointsOf(platform: Platform, kind: GrantKind): Endpoint<Caller>[] {
  const { type, subject, rights, Attributes, Schema } = kind;
  const url = `/api/v2/${type}`;
  const subjectFilter = `filter[${subject}][id]` as const;
  const see = `${subject}:${rights.see}` as Permission;
  const change = `${subject}:${rights.change}` as Permission;
  return [
    endpoint({
      method: 'GET',
      url,
      summary: `List the teams with access to a ${subject}`,
      access: 'account',
      permission: see,
      params: z.object({}),
      query: ListQuery.extend({ [subjectFilter]: z.string(`name the ${subject}`) }),
      answers: { 200: pagedListOf(Schema) },
      handle: async ({ caller, query, raw }) => {
        const { id } = await kind.readSubject(platform, caller, query[subjectFilter] ?? '', rights.see);
        const list = ListQuery.parse(query);
        const page = pageOf(list);
        const teamId = list['filter[team][id]'] || undefined;
        const { grants, totalCount } = await listGrants(platform.db, kind, { subjectId: id, teamId }, page);
        return {
          status: 200,
          body: { data: grants.map(kind.resource), ...paginate(raw.url, page, totalCount) },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url,
      summary: `Give a team access to a ${subject}`,
      example: {
        data: {
          type,
          attributes: { access: kind.example.access },
          relationships: {
            team: { data: { type: 'teams', id: 'team-6p5jTwJQXwqZBncC' } },
            [subject]: { data: { type: `${subject}s`, id: kind.example.subjectId } },
          },
        },
      },
      access: 'account',
      permission: change,
      params: z.object({}),
      body: document(
        Attributes.nullish(),
        z.object(
          { team: relationship, [subject]: relationship },
          { error: `must name a team and a ${subject}` },
        ),
      ),
      bodyShape: document(Attributes.nullish(), z.object({ team: namedResource, [subject]: namedResource })),
      answers: { 201: documentOf(Schema) },
      handle: async ({ caller, body }) => {
        const named = (name: 'team' | GrantKind['subject']): string =>
          body.data.relationships[name]?.data?.id ??
          refuse('invalid_attribute', `${name}: must be present`, `/data/relationships/${name}`);
        const found = await kind.readSubject(platform, caller, named(subject), rights.change);
        const team = await readTeam(platform, caller, named('team'));
        if (team.organization_id !== found.organization_id) refuse('not_found');
        const to = { teamId: team.id, subject: found };
        const given: GrantChange = body.data.attributes ?? {};
        const grant = await giveAccess(platform, caller, kind, to, given);
        return { status: 201, body: { data: kind.resource(grant) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${url}/:id`,
      summary: `Read a team's access to a ${subject}`,
      access: 'account',
      permission: see,
      params: IdParams,
      answers: { 200: documentOf(Schema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: kind.resource(await readGrant(platform, caller, kind, params.id, 'see')) },
      }),
    }),
    endpoint({
      method: 'PATCH',
      url: `${url}/:id`,
      summary: `Change a team's access to a ${subject}`,
      access: 'account',
      permission: change,
      params: IdParams,
      body: document(attributesOfChange(Attributes), NoRelationships),
      answers: { 200: documentOf(Schema) },
      handle: async ({ caller, params, body }) => {
        const { id } = await readGrant(platform, caller, kind, params.id, 'change');
        const given: GrantChange = body.data.attributes;
        const grant = await changeAccess(platform, caller, kind, id, given);
        return { status: 200, body: { data: kind.resource(grant) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${url}/:id`,
      summary: `Take a team's access to a ${subject} away`,
      access: 'account',
      permission: change,
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const { id } = await readGrant(platform, caller, kind, params.id, 'change');
        await takeAccess(platform, caller, kind, id);
        return { status: 204 };
      },
    }),
  ];
}
