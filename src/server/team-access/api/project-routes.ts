import { z } from 'zod';
import { newId } from '@runwright/models';
import { LOWEST_PROJECT_DETAILS, projectDetails } from '../../access/levels.ts';
import type { Caller } from '../../access/caller.ts';
import { requireInProject } from '../../access/permissions.ts';
import { forgetRights } from '../../access/rights.ts';
import { recordChange } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import type { ProjectDetails, Row } from '../../database/schema.ts';
import { transact } from '../../database/transact.ts';
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
import { refuse } from '../../http/refusal.ts';
import { readTeam } from '../../teams/service.ts';
import { readProject } from '../../projects/service.ts';
import { overlay, requireCustom } from '../custom-details.ts';
import {
  ProjectAccessShape,
  ProjectLevel,
  ProjectWorkspacesShape,
  teamProjectResource,
  TeamProjectSchema,
} from '../document.ts';
import { listGrants, lockGrant } from '../grants.ts';

type Grant = Row<'team_project'>;

const Details = z.object({
  'project-access': z.object(ProjectAccessShape).partial().optional(),
  'workspace-access': z.object(ProjectWorkspacesShape).partial().optional(),
});
const Attributes = Details.extend({ access: ProjectLevel.optional() });

function requireCustomLevel(level: string, details: z.output<typeof Details>): void {
  for (const [group, given] of Object.entries(details))
    requireCustom(level, given, `/data/attributes/${group}`);
}

const merge = (current: ProjectDetails, given: z.output<typeof Details>): ProjectDetails => ({
  'project-access': overlay(current['project-access'], given['project-access'] ?? {}),
  'workspace-access': overlay(current['workspace-access'], given['workspace-access'] ?? {}),
});
const CreateBody = document(
  Attributes.nullish(),
  z.object({ team: relationship, project: relationship }, { error: 'must name a team and a project' }),
);
const CreateShape = document(Attributes.nullish(), z.object({ team: namedResource, project: namedResource }));
const UpdateBody = document(attributesOfChange(Attributes), NoRelationships);
const ListQuery = PageQuery.extend({
  'filter[project][id]': z.string('name the project'),
  'filter[team][id]': z.string().optional(),
});

/** What teams may do in single projects (api-contract §5.9). */
export function teamProjectEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const read = async (
    caller: Caller,
    id: string,
    permission: 'read-teams' | 'manage-teams' = 'manage-teams',
  ): Promise<Grant> => {
    const grant = await db.selectFrom('team_project').selectAll().where('id', '=', id).executeTakeFirst();
    if (grant === undefined) refuse('not_found');
    const project = { id: grant.project_id, organization_id: grant.organization_id };
    await requireInProject(db, caller, project, permission);
    return grant;
  };
  const record = (grant: Grant, action: string) => ({
    organizationId: grant.organization_id,
    resource: { type: 'team-projects', id: grant.id },
    action,
    after: { team: grant.team_id, project: grant.project_id, access: grant.access, details: grant.details },
  });
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/team-projects',
      summary: 'List the teams with access to a project',
      access: 'account',
      permission: 'project:read-teams',
      params: z.object({}),
      query: ListQuery,
      answers: { 200: pagedListOf(TeamProjectSchema) },
      handle: async ({ caller, query, raw }) => {
        const id = query['filter[project][id]'];
        const project = await readProject(platform, caller, id, 'read-teams');
        const page = pageOf(query);
        const wanted = { id: project.id, teamId: query['filter[team][id]'] || undefined };
        const { grants, totalCount } = await listGrants(db, 'team_project', wanted, page);
        return {
          status: 200,
          body: { data: grants.map(teamProjectResource), ...paginate(raw.url, page, totalCount) },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/team-projects',
      summary: 'Give a team access to a project',
      example: {
        data: {
          type: 'team-projects',
          attributes: { access: 'maintain' },
          relationships: {
            team: { data: { type: 'teams', id: 'team-6p5jTwJQXwqZBncC' } },
            project: { data: { type: 'projects', id: 'prj-hwHFKaUJdpAQdMcF' } },
          },
        },
      },
      access: 'account',
      permission: 'project:manage-teams',
      params: z.object({}),
      body: CreateBody,
      bodyShape: CreateShape,
      answers: { 201: documentOf(TeamProjectSchema) },
      handle: async ({ caller, body }) => {
        const { team: teamRef, project: projectRef } = body.data.relationships;
        const missing = (name: string) =>
          refuse('invalid_attribute', `${name}: must be present`, `/data/relationships/${name}`);
        const project = await readProject(
          platform,
          caller,
          projectRef?.data?.id ?? missing('project'),
          'manage-teams',
        );
        const team = await readTeam(platform, caller, teamRef?.data?.id ?? missing('team'));
        if (team.organization_id !== project.organization_id) refuse('not_found');
        const { access = 'read', ...details } = body.data.attributes ?? {};
        requireCustomLevel(access, details);
        const created = await transact(db, async (tx) => {
          const grant = await tx
            .insertInto('team_project')
            .values({
              id: newId('tprj'),
              organization_id: project.organization_id,
              team_id: team.id,
              project_id: project.id,
              access,
              details: access === 'custom' ? JSON.stringify(merge(LOWEST_PROJECT_DETAILS, details)) : null,
            })
            .onConflict((conflict) => conflict.columns(['project_id', 'team_id']).doNothing())
            .returningAll()
            .executeTakeFirst();
          if (grant === undefined) {
            return refuse('invalid_attribute', 'Team has already been taken', '/data/relationships/team');
          }
          await recordChange(tx, caller, record(grant, 'create'));
          return grant;
        });
        forgetRights(caller);
        return { status: 201, body: { data: teamProjectResource(created) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/team-projects/:id',
      summary: "Read a team's access to a project",
      access: 'account',
      permission: 'project:read-teams',
      params: IdParams,
      answers: { 200: documentOf(TeamProjectSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: teamProjectResource(await read(caller, params.id, 'read-teams')) },
      }),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/team-projects/:id',
      summary: "Change a team's access to a project",
      access: 'account',
      permission: 'project:manage-teams',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(TeamProjectSchema) },
      handle: async ({ caller, params, body }) => {
        const seen = await read(caller, params.id);
        const updated = await transact(db, async (tx) => {
          const grant = await lockGrant(tx, 'team_project', seen.id);
          const { access = grant.access, ...details } = body.data.attributes;
          requireCustomLevel(access, details);
          // What another level gave is not taken over: a custom one begins with its own defaults.
          const before = grant.access === 'custom' ? projectDetails(grant) : LOWEST_PROJECT_DETAILS;
          const custom = access === 'custom' ? merge(before, details) : null;
          const changed = await tx
            .updateTable('team_project')
            .set({ access, details: custom === null ? null : JSON.stringify(custom) })
            .where('id', '=', grant.id)
            .returningAll()
            .executeTakeFirstOrThrow();
          await recordChange(tx, caller, {
            ...record(changed, 'update'),
            before: { access: grant.access, details: grant.details },
          });
          return changed;
        });
        forgetRights(caller);
        return { status: 200, body: { data: teamProjectResource(updated) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/team-projects/:id',
      summary: "Take a team's access to a project away",
      access: 'account',
      permission: 'project:manage-teams',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const grant = await read(caller, params.id);
        await transact(db, async (tx) => {
          (await tx
            .deleteFrom('team_project')
            .where('id', '=', grant.id)
            .returning('id')
            .executeTakeFirst()) ?? refuse('not_found');
          const { after, ...change } = record(grant, 'destroy');
          await recordChange(tx, caller, { ...change, before: after });
        });
        return { status: 204 };
      },
    }),
  ];
}
