import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requirePerson } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { pageOf, paginate, WholeListQuery } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization } from '../../organizations/service.ts';
import { readTeam } from '../../teams/service.ts';
import { DescribedToken, NewToken, tokenResource, TokenSchema, tokenSettings } from '../document.ts';
import { answerTokens, listTeamTokens, TeamTokensQuery } from '../list.ts';
import {
  deleteTeamTokens,
  deleteToken,
  issueToken,
  readSingleToken,
  readToken,
  type SingleOwner,
} from '../service.ts';
import { readUser } from '../../access/users.ts';

const OrganizationParams = z.object({ organization: z.string() });
const RevokedTokens = z.object({
  data: z.array(z.object({ id: z.string() })).max(100, 'must name at most 100'),
});
const KindQuery = z.object({
  token: z
    .enum(['audit-trails', 'organization'], { error: 'must be "audit-trails", or left out' })
    .optional(),
});

/** Tokens of users, teams and organizations (api-contract §5.8): only the answer that creates one has the secret. */
export function tokenEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, limits } = platform;
  const answer = (issued: Awaited<ReturnType<typeof issueToken>>) => ({
    status: 201,
    body: { data: tokenResource(issued.token, issued.secret) },
  });
  const requireOwnUser = (caller: Caller, id: string): void => {
    requirePerson(caller);
    if (id !== caller.userId && !caller.isSiteAdmin) refuse('not_found');
  };

  /** For owners with a single token, which the next one replaces. */
  const single = <Params extends z.ZodType, Permission extends 'organization:owner' | 'team:manage-token'>(
    url: string,
    whose: string,
    permission: Permission,
    params: Params,
    ownerOf: (
      caller: Caller,
      params: z.output<Params>,
      query: z.output<typeof KindQuery>,
    ) => Promise<{ organizationId: string; owner: SingleOwner }>,
  ): Endpoint<Caller>[] => {
    interface Request {
      caller: Caller;
      params: z.output<Params>;
      query: z.output<typeof KindQuery>;
      body?: z.output<typeof NewToken>;
    }
    return [
      endpoint({
        method: 'GET',
        url,
        summary: `Read ${whose} token, without its secret`,
        access: 'account',
        permission,
        params,
        query: KindQuery,
        answers: { 200: documentOf(TokenSchema) },
        handle: async (request: Request) => {
          const { owner } = await ownerOf(request.caller, request.params, request.query);
          return { status: 200, body: { data: tokenResource(await readSingleToken(platform, owner)) } };
        },
      }),
      endpoint({
        method: 'POST',
        url,
        summary: `Make ${whose} token anew; its secret is in this answer only`,
        access: 'account',
        permission,
        params,
        query: KindQuery,
        body: NewToken,
        answers: { 201: documentOf(TokenSchema), 403: refusal },
        handle: async (request: Request) => {
          const { owner, organizationId } = await ownerOf(request.caller, request.params, request.query);
          const settings = tokenSettings(request.body, limits.tokenLifetimeMs);
          return answer(await issueToken(platform, request.caller, organizationId, owner, settings));
        },
      }),
      endpoint({
        method: 'DELETE',
        url,
        summary: `Revoke ${whose} token`,
        access: 'account',
        permission,
        params,
        query: KindQuery,
        answers: { 204: nothing },
        handle: async (request: Request) => {
          const { owner } = await ownerOf(request.caller, request.params, request.query);
          await deleteToken(platform, request.caller, await readSingleToken(platform, owner));
          return { status: 204 };
        },
      }),
    ];
  };

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/users/:id/authentication-tokens',
      summary: "List a user's tokens, without their secrets",
      access: 'account',
      permission: 'self',
      params: IdParams,
      query: WholeListQuery,
      answers: { 200: pagedListOf(TokenSchema) },
      handle: async ({ caller, params, query, raw }) => {
        requireOwnUser(caller, params.id);
        return await answerTokens(platform, 'user_id', params.id, query, raw.url);
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/users/:id/authentication-tokens',
      summary: 'Create a token; its secret is in this answer only',
      access: 'account',
      permission: 'self',
      params: IdParams,
      body: NewToken,
      answers: { 201: documentOf(TokenSchema), 403: refusal },
      handle: async ({ caller, params, body }) => {
        requireOwnUser(caller, params.id);
        const user = await readUser(db, params.id);
        if (user.is_service_account) refuse('not_found');
        const owner = { kind: 'user', user_id: user.id } as const;
        return answer(
          await issueToken(platform, caller, null, owner, tokenSettings(body, limits.tokenLifetimeMs)),
        );
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/authentication-tokens/:id',
      summary: 'Read a token, without its secret',
      access: 'account',
      permission: 'token',
      params: IdParams,
      answers: { 200: documentOf(TokenSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: tokenResource(await readToken(platform, caller, params.id)) },
      }),
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/authentication-tokens/:id',
      summary: 'Revoke a token',
      access: 'account',
      permission: 'token',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await deleteToken(platform, caller, await readToken(platform, caller, params.id));
        return { status: 204 };
      },
    }),
    ...single(
      '/api/v2/organizations/:organization/authentication-token',
      "an organization's",
      'organization:owner',
      OrganizationParams,
      async (caller, params, query) => {
        const { id } = await readOrganization(platform, caller, params.organization, 'owner');
        const kind = query.token === 'audit-trails' ? 'audit' : 'organization';
        return { organizationId: id, owner: { kind, organization_id: id, is_single: true } };
      },
    ),
    ...single(
      '/api/v2/teams/:id/authentication-token',
      "a team's",
      'team:manage-token',
      IdParams,
      async (caller, params) => {
        const team = await readTeam(platform, caller, params.id, 'canManageToken');
        return {
          organizationId: team.organization_id,
          owner: { kind: 'team', team_id: team.id, is_single: true },
        };
      },
    ),
    endpoint({
      method: 'GET',
      url: '/api/v2/teams/:id/authentication-tokens',
      summary: "List a team's tokens, without their secrets",
      access: 'account',
      permission: 'team:manage-token',
      params: IdParams,
      query: WholeListQuery,
      answers: { 200: pagedListOf(TokenSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const team = await readTeam(platform, caller, params.id, 'canManageToken');
        return await answerTokens(platform, 'team_id', team.id, query, raw.url);
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/teams/:id/authentication-tokens',
      summary: 'Create one more token of a team; its secret is in this answer only',
      access: 'account',
      permission: 'team:manage-token',
      params: IdParams,
      body: NewToken,
      bodyShape: DescribedToken,
      answers: { 201: documentOf(TokenSchema), 403: refusal },
      handle: async ({ caller, params, body }) => {
        const team = await readTeam(platform, caller, params.id, 'canManageToken');
        const settings = tokenSettings(body, limits.tokenLifetimeMs);
        if (settings.description === '') {
          refuse('invalid_attribute', 'Description must be present', '/data/attributes/description');
        }
        const owner = { kind: 'team', team_id: team.id, is_single: false } as const;
        return answer(await issueToken(platform, caller, team.organization_id, owner, settings));
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/team-tokens',
      summary: "List the tokens of an organization's teams, without their secrets",
      access: 'account',
      permission: 'organization:manage-teams',
      params: OrganizationParams,
      query: TeamTokensQuery,
      answers: { 200: pagedListOf(TokenSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const { id } = await readOrganization(view, caller, params.organization, 'manage-teams');
          const page = pageOf(query);
          const { tokens, totalCount } = await listTeamTokens(view, id, query, page);
          const data = tokens.map((token) => tokenResource(token));
          return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
        }),
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/organizations/:organization/team-tokens',
      summary:
        "Revoke several tokens of an organization's teams: all of them, or none where one is not there",
      access: 'account',
      permission: 'organization:manage-teams',
      params: OrganizationParams,
      body: RevokedTokens,
      bodyType: 'authentication-tokens',
      answers: { 204: nothing },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization, 'manage-teams');
        const ids = body.data.map((token) => token.id);
        await deleteTeamTokens(platform, caller, id, ids);
        return { status: 204 };
      },
    }),
  ];
}
