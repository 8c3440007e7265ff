import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Platform } from '../context.ts';
import { compileOnce } from '../database/compile-once.ts';
import type { Database } from '../database/schema.ts';
import { markOf } from '../http/door-marks.ts';
import type { Access } from '../http/endpoint.ts';
import { refuse } from '../http/refusal.ts';
import { hashSecret } from '../secrets/opaque-tokens.ts';
import type { Caller, Origin } from './caller.ts';
import { requireOwnPage, sessionSecretOf } from './session-cookie.ts';
import { findSession, findSessionAgain } from './sessions.ts';

/** A token's last use is written at most this often: reads should not all become writes. */
const LAST_USED_STEP_MS = 60_000;

/**
 * @returns the caller of an endpoint with this access; `null` where anyone may call
 * @throws 401 without a valid token or session; 403 for a change that another site's page makes with a session; 404 for
 *   a valid token of the wrong kind, as for everything that a caller may not know of (api-contract §1.1)
 */
export async function authenticate(
  platform: Platform,
  request: FastifyRequest,
  access: Access,
): Promise<Caller | null> {
  if (access === 'anyone') return null;
  const { authorization } = request.headers;
  // A token wins: a cookie beside it is ignored.
  if (authorization === undefined && access === 'account') {
    const session = sessionSecretOf(platform, request);
    if (session !== undefined) return await authenticateSession(platform, session, request);
  }
  const secret = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (secret === undefined) refuse('unauthorized');
  return await authenticateSecret(platform, secret, originOf(request), access);
}

async function authenticateSession(
  platform: Platform,
  secret: string,
  request: FastifyRequest,
): Promise<Caller> {
  const caller = (await findSession(platform.db, secret, originOf(request))) ?? refuse('unauthorized');
  requireOwnPage(platform, request, secret);
  return caller;
}

/** MCP servers elsewhere name themselves in this header; requests of this server's own MCP endpoint carry a mark. */
const MCP_AGENT = /^runwright-mcp\/[\w.+-]+(?: \(([\w .+@:/-]{1,64})\))?/;

export function originOf(request: FastifyRequest): Origin {
  const mark = markOf(request.raw);
  const called = MCP_AGENT.exec(request.headers['user-agent'] ?? '');
  const via = mark?.via ?? (called === null ? undefined : 'mcp');
  const agent = called?.[1];
  return {
    address: mark?.address ?? request.clientAddress,
    requestId: request.id,
    ...(via === undefined ? {} : { via }),
    ...(agent === undefined ? {} : { agent }),
  };
}

/** The caller that a token's secret stands for. Errors: as {@link authenticate}. */
export async function authenticateSecret(
  platform: Platform,
  secret: string,
  origin: Origin,
  access: Exclude<Access, 'anyone'>,
): Promise<Caller> {
  const [token] = await findTokenBySecret(platform.db, hashSecret(secret));
  const now = new Date();
  if (token === undefined || (token.expires_at !== null && token.expires_at <= now)) refuse('unauthorized');
  if (token.last_used_at === null || now.getTime() - token.last_used_at.getTime() > LAST_USED_STEP_MS) {
    await platform.db.updateTable('token').set({ last_used_at: now }).where('id', '=', token.id).execute();
  }
  if ((token.kind === 'agent') !== (access === 'agent')) refuse('not_found');
  if (access === 'task' && token.kind !== 'task') refuse('unauthorized');
  return callerOf(token, { tokenId: token.id, origin }) ?? refuse('unauthorized');
}

/**
 * The caller as they are now, for work that goes on after the request has begun.
 *
 * @returns undefined when the token or the session has ended since
 */
export async function findAgain(platform: Platform, caller: Caller): Promise<Caller | undefined> {
  const { origin, sessionId, tokenId } = caller;
  if (sessionId !== undefined) return await findSessionAgain(platform.db, sessionId, origin);
  const [token] = await findTokenById(platform.db, tokenId);
  if (token === undefined || (token.expires_at !== null && token.expires_at <= new Date())) return undefined;
  return callerOf(token, { tokenId, origin });
}

const selectToken = (db: Kysely<Database>, column: 'token.id' | 'token.secret_hash', value: string) =>
  db
    .selectFrom('token')
    .leftJoin('team', 'team.id', 'token.team_id')
    .leftJoin('organization', 'organization.id', 'token.organization_id')
    .leftJoin('users', (join) =>
      join.on((on) =>
        on(
          'users.id',
          '=',
          on.fn.coalesce('token.user_id', 'team.service_user_id', 'organization.service_user_id'),
        ),
      ),
    )
    .leftJoin('task_result', 'task_result.id', 'token.task_result_id')
    .leftJoin('task_stage', 'task_stage.id', 'task_result.task_stage_id')
    .leftJoin('run', (join) =>
      join.on((on) => on('run.id', '=', on.fn.coalesce('token.run_id', 'task_stage.run_id'))),
    )
    .leftJoin('run_status', 'run_status.status', 'run.status')
    .select(['token.id', 'token.kind', 'token.expires_at', 'token.last_used_at', 'token.team_id'])
    .select(['token.agent_pool_id', 'token.task_result_id'])
    .select(['users.id as user_id', 'users.username', 'users.is_site_admin'])
    .select(['run.id as run_id', 'run.workspace_id', 'run_status.final as run_is_final'])
    .select((select) =>
      select.fn
        .coalesce('token.organization_id', 'team.organization_id', 'run.organization_id')
        .as('organization_id'),
    )
    .where(column, '=', value);

const findTokenById = compileOnce((db, id: string) => selectToken(db, 'token.id', id));
const findTokenBySecret = compileOnce((db, hash: string) => selectToken(db, 'token.secret_hash', hash));

type FoundToken = Awaited<ReturnType<typeof findTokenById>>[number];

/** @returns undefined for the token of a run that has ended: it stands for no caller any more */
function callerOf(token: FoundToken, common: Pick<Caller, 'tokenId' | 'origin'>): Caller | undefined {
  const { user_id: userId, username, organization_id: organizationId, team_id: teamId } = token;
  if (token.kind === 'agent') return { ...common, kind: 'agent', agentPoolId: token.agent_pool_id };
  if (token.kind === 'user') {
    if (userId === null || username === null) return undefined;
    return { ...common, kind: 'user', userId, username, isSiteAdmin: token.is_site_admin === true };
  }
  if (organizationId === null) return undefined;
  if (token.kind === 'audit') return { ...common, kind: 'audit', organizationId };
  if (token.kind === 'run' || token.kind === 'task') {
    const { run_id: runId, workspace_id: workspaceId, task_result_id: taskResultId } = token;
    if (runId === null || workspaceId === null || token.run_is_final !== false) return undefined;
    if (taskResultId !== null)
      return { ...common, kind: 'task', taskResultId, runId, workspaceId, organizationId };
    return { ...common, kind: 'run', runId, workspaceId, organizationId };
  }
  if (userId === null || username === null) return undefined;
  if (token.kind === 'organization')
    return { ...common, kind: 'organization', userId, username, organizationId };
  return teamId === null ? undefined : { ...common, kind: 'team', userId, username, teamId, organizationId };
}
