import { z } from 'zod';
import { newId } from '@runwright/models';
import { LOWEST_WORKSPACE_DETAILS } from '../../access/levels.ts';
import type { Caller } from '../../access/caller.ts';
import { requireInWorkspace } from '../../access/permissions.ts';
import { forgetRights } from '../../access/rights.ts';
import { recordChange } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
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
import { readWorkspace } from '../../workspaces/service.ts';
import { overlay, requireCustom } from '../custom-details.ts';
import {
  teamWorkspaceResource,
  TeamWorkspaceSchema,
  workspaceDetails,
  WorkspaceDetailsShape,
  WorkspaceLevel,
} from '../document.ts';
import { listGrants, lockGrant } from '../grants.ts';

type Grant = Row<'team_workspace'>;

const Details = z.object(WorkspaceDetailsShape).partial();
const Attributes = Details.extend({ access: WorkspaceLevel.optional() });
const CreateBody = document(
  Attributes.nullish(),
  z.object({ team: relationship, workspace: relationship }, { error: 'must name a team and a workspace' }),
);
const CreateShape = document(
  Attributes.nullish(),
  z.object({ team: namedResource, workspace: namedResource }),
);
const UpdateBody = document(attributesOfChange(Attributes), NoRelationships);
const ListQuery = PageQuery.extend({
  'filter[workspace][id]': z.string('name the workspace'),
  'filter[team][id]': z.string().optional(),
});

/** What teams may do in single workspaces (api-contract §5.9). */
export function teamWorkspaceEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const read = async (caller: Caller, id: string): Promise<Grant> => {
    const grant = await db.selectFrom('team_workspace').selectAll().where('id', '=', id).executeTakeFirst();
    if (grant === undefined) refuse('not_found');
    const workspace = { id: grant.workspace_id, organization_id: grant.organization_id };
    await requireInWorkspace(db, caller, workspace, 'admin');
    return grant;
  };
  const record = (grant: Grant, action: string) => ({
    organizationId: grant.organization_id,
    resource: { type: 'team-workspaces', id: grant.id },
    action,
    after: {
      team: grant.team_id,
      workspace: grant.workspace_id,
      access: grant.access,
      details: grant.details,
    },
  });
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/team-workspaces',
      summary: 'List the teams with access to a workspace',
      access: 'account',
      permission: 'workspace:admin',
      params: z.object({}),
      query: ListQuery,
      answers: { 200: pagedListOf(TeamWorkspaceSchema) },
      handle: async ({ caller, query, raw }) => {
        const id = query['filter[workspace][id]'];
        const workspace = await readWorkspace(platform, caller, id, 'admin');
        const page = pageOf(query);
        const wanted = { id: workspace.id, teamId: query['filter[team][id]'] || undefined };
        const { grants, totalCount } = await listGrants(db, 'team_workspace', wanted, page);
        return {
          status: 200,
          body: { data: grants.map(teamWorkspaceResource), ...paginate(raw.url, page, totalCount) },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/team-workspaces',
      summary: 'Give a team access to a workspace',
      example: {
        data: {
          type: 'team-workspaces',
          attributes: { access: 'write' },
          relationships: {
            team: { data: { type: 'teams', id: 'team-6p5jTwJQXwqZBncC' } },
            workspace: { data: { type: 'workspaces', id: 'ws-SihZTyXKfNXUWuUa' } },
          },
        },
      },
      access: 'account',
      permission: 'workspace:admin',
      params: z.object({}),
      body: CreateBody,
      bodyShape: CreateShape,
      answers: { 201: documentOf(TeamWorkspaceSchema) },
      handle: async ({ caller, body }) => {
        const { team: teamRef, workspace: workspaceRef } = body.data.relationships;
        const missing = (name: string) =>
          refuse('invalid_attribute', `${name}: must be present`, `/data/relationships/${name}`);
        const workspace = await readWorkspace(
          platform,
          caller,
          workspaceRef?.data?.id ?? missing('workspace'),
          'admin',
        );
        const team = await readTeam(platform, caller, teamRef?.data?.id ?? missing('team'));
        if (team.organization_id !== workspace.organization_id) refuse('not_found');
        const { access = 'read', ...details } = body.data.attributes ?? {};
        requireCustom(access, details);
        const created = await transact(db, async (tx) => {
          const grant = await tx
            .insertInto('team_workspace')
            .values({
              id: newId('tws'),
              organization_id: workspace.organization_id,
              team_id: team.id,
              workspace_id: workspace.id,
              access,
              details:
                access === 'custom' ? JSON.stringify(overlay(LOWEST_WORKSPACE_DETAILS, details)) : null,
            })
            .onConflict((conflict) => conflict.columns(['workspace_id', 'team_id']).doNothing())
            .returningAll()
            .executeTakeFirst();
          if (grant === undefined) {
            return refuse('invalid_attribute', 'Team has already been taken', '/data/relationships/team');
          }
          await recordChange(tx, caller, record(grant, 'create'));
          return grant;
        });
        forgetRights(caller);
        return { status: 201, body: { data: teamWorkspaceResource(created) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/team-workspaces/:id',
      summary: "Read a team's access to a workspace",
      access: 'account',
      permission: 'workspace:admin',
      params: IdParams,
      answers: { 200: documentOf(TeamWorkspaceSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: teamWorkspaceResource(await read(caller, params.id)) },
      }),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/team-workspaces/:id',
      summary: "Change a team's access to a workspace",
      access: 'account',
      permission: 'workspace:admin',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(TeamWorkspaceSchema) },
      handle: async ({ caller, params, body }) => {
        const seen = await read(caller, params.id);
        const updated = await transact(db, async (tx) => {
          const grant = await lockGrant(tx, 'team_workspace', seen.id);
          const { access = grant.access, ...details } = body.data.attributes;
          requireCustom(access, details);
          // What another level gave is not taken over: a custom one begins with its own defaults.
          const before = grant.access === 'custom' ? workspaceDetails(grant) : LOWEST_WORKSPACE_DETAILS;
          const custom = access === 'custom' ? overlay(before, details) : null;
          const changed = await tx
            .updateTable('team_workspace')
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
        return { status: 200, body: { data: teamWorkspaceResource(updated) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/team-workspaces/:id',
      summary: "Take a team's access to a workspace away",
      access: 'account',
      permission: 'workspace:admin',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const grant = await read(caller, params.id);
        await transact(db, async (tx) => {
          (await tx
            .deleteFrom('team_workspace')
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
