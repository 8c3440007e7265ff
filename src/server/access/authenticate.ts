import type { FastifyRequest } from 'fastify';
import type { Platform } from '../context.ts';
import type { Access } from '../http/endpoint.ts';
import { refuse } from '../http/refusal.ts';
import { hashSecret } from '../secrets/opaque-tokens.ts';
import type { Caller, Origin } from './caller.ts';

/** A token's last use is written at most this often: reads should not all become writes. */
const LAST_USED_STEP_MS = 60_000;

/**
 * @returns the caller of an endpoint with this access; nobody (`null`) where anyone may call
 * @throws 401 without a valid token. A valid token of the wrong kind is answered 404, as for anything else a caller
 *   may not know of (api-contract §1.1).
 */
export async function authenticate(
  platform: Platform,
  request: FastifyRequest,
  access: Access,
): Promise<Caller | null> {
  if (access === 'anyone') return null;
  const secret = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (secret === undefined) refuse('unauthorized');
  return await authenticateSecret(platform, secret, originOf(request), access);
}

export const originOf = (request: FastifyRequest): Origin => ({ address: request.ip, requestId: request.id });

/** The caller that a token's secret stands for. Errors: as {@link authenticate}. */
export async function authenticateSecret(
  platform: Platform,
  secret: string,
  origin: Origin,
  access: Exclude<Access, 'anyone'>,
): Promise<Caller> {
  const token = await platform.db
    .selectFrom('token')
    .leftJoin('users', 'users.id', 'token.user_id')
    .select(['token.id', 'token.kind', 'token.organization_id', 'token.expires_at', 'token.last_used_at'])
    .select(['users.id as user_id', 'users.username', 'users.is_site_admin'])
    .where('secret_hash', '=', hashSecret(secret))
    .executeTakeFirst();
  const now = new Date();
  if (token === undefined || (token.expires_at !== null && token.expires_at <= now)) refuse('unauthorized');
  if (token.last_used_at === null || now.getTime() - token.last_used_at.getTime() > LAST_USED_STEP_MS) {
    await platform.db.updateTable('token').set({ last_used_at: now }).where('id', '=', token.id).execute();
  }
  if ((token.kind === 'agent') !== (access === 'agent')) refuse('not_found');
  const common = { tokenId: token.id, origin };
  if (token.kind === 'organization' && token.organization_id !== null) {
    return { ...common, kind: 'organization', organizationId: token.organization_id };
  }
  if (token.kind === 'user' && token.user_id !== null && token.username !== null) {
    const { user_id: userId, username, is_site_admin } = token;
    return { ...common, kind: 'user', userId, username, isSiteAdmin: is_site_admin === true };
  }
  return { ...common, kind: 'agent' };
}
