import { newId } from '@runwright/models';
import { sql, type Kysely } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';
import type { Caller, Origin } from './caller.ts';

const MINUTE_MS = 60_000;
/** The value of HCP Terraform, for the members of organizations that set no other: two weeks. */
const USUAL_MINUTES = 20_160;
/** The last use is written at most this often, as for tokens: reads should not all become writes. */
const LAST_USED_STEP_MS = MINUTE_MS;
/** Most sessions of one user: one more ends the oldest. */
const MAX_OF_USER = 50;
const MAX_USER_AGENT = 300;

export type Session = Row<'session'>;
export type SignInMethod = Session['method'];
export type SessionCaller = Extract<Caller, { kind: 'user' }> & { sessionId: string };

/**
 * How long the sessions of a user last: the shortest times among the organizations that they are in.
 *
 * @returns milliseconds: the longest time without a request, and the longest time in all
 */
async function limitsOf(db: Kysely<Database>, userId: string): Promise<{ idleMs: number; wholeMs: number }> {
  const shortest = await db
    .selectFrom('organization')
    .innerJoin('organization_member', 'organization_member.organization_id', 'organization.id')
    .where('organization_member.user_id', '=', userId)
    .where('organization_member.status', '=', 'active')
    .select([
      sql<number | null>`min(coalesce(session_timeout_minutes, ${USUAL_MINUTES}))`.as('idle'),
      sql<number | null>`min(coalesce(session_remember_minutes, ${USUAL_MINUTES}))`.as('whole'),
    ])
    .executeTakeFirst();
  const ms = (minutes: number | null | undefined): number => (minutes ?? USUAL_MINUTES) * MINUTE_MS;
  return { idleMs: ms(shortest?.idle), wholeMs: ms(shortest?.whole) };
}

/** @returns undefined for a secret that never was one, was ended, or has expired */
export async function findSession(
  db: Kysely<Database>,
  secret: string,
  origin: Origin,
): Promise<SessionCaller | undefined> {
  const found = await lookUp(db, 'secret_hash', hashSecret(secret));
  if (found === undefined) return undefined;
  const now = Date.now();
  if (now - found.last_used_at.getTime() > LAST_USED_STEP_MS) {
    await db
      .updateTable('session')
      .set({ last_used_at: new Date(now) })
      .where('id', '=', found.id)
      .execute();
  }
  return callerOf(found, origin);
}

/** As {@link findSession}, for requests that a page makes by itself: they do not count as use of the session. */
export async function findSessionAgain(
  db: Kysely<Database>,
  id: string,
  origin: Origin,
): Promise<SessionCaller | undefined> {
  const found = await lookUp(db, 'id', id);
  return found && callerOf(found, origin);
}

async function lookUp(db: Kysely<Database>, column: 'id' | 'secret_hash', value: string) {
  const found = await db
    .selectFrom('session')
    .innerJoin('users', 'users.id', 'session.user_id')
    .selectAll('session')
    .select(['users.username', 'users.is_site_admin'])
    .where(`session.${column}`, '=', value)
    .executeTakeFirst();
  return found !== undefined && (await isAlive(db, found)) ? found : undefined;
}

const callerOf = (
  {
    id,
    user_id: userId,
    username,
    is_site_admin: isSiteAdmin,
  }: NonNullable<Awaited<ReturnType<typeof lookUp>>>,
  origin: Origin,
): SessionCaller => ({ kind: 'user', tokenId: id, sessionId: id, origin, userId, username, isSiteAdmin });

/** Whether a session may still be used: an organization may have shortened the times since it began. */
async function isAlive(db: Kysely<Database>, session: Session): Promise<boolean> {
  const now = Date.now();
  if (session.expires_at.getTime() <= now) return false;
  const { idleMs, wholeMs } = await limitsOf(db, session.user_id);
  return now - session.created_at.getTime() < wholeMs && now - session.last_used_at.getTime() < idleMs;
}

/** The browser in which a person signs in. */
export interface Visitor {
  origin: Origin;
  userAgent: string | undefined;
  /** The secret of the session that the browser has already: it ends as the new one begins. */
  earlierSecret: string | undefined;
}

/** How a person has proved who they are. */
export interface SignIn {
  userId: string;
  method: SignInMethod;
  /** The token that was pasted: the session ends with it. */
  token?: { id: string; expiresAt: Date | null };
}

/**
 * Begins a session, always with a secret of its own: the browser's earlier secret is never taken over.
 *
 * @returns its secret, which cannot be read again
 */
export async function beginSession(
  tx: Tx,
  { userId, method, token }: SignIn,
  { origin: { address }, userAgent, earlierSecret }: Visitor,
): Promise<{ session: Session; secret: string }> {
  const secret = newOpaqueToken();
  const now = Date.now();
  const { wholeMs } = await limitsOf(tx, userId);
  const expiresAt = new Date(Math.min(now + wholeMs, token?.expiresAt?.getTime() ?? Infinity));
  await tx
    .deleteFrom('session')
    .where((where) =>
      where.or([
        where('expires_at', '<', new Date(now)),
        where('secret_hash', '=', hashSecret(earlierSecret ?? '')),
      ]),
    )
    .execute();
  await tx
    .deleteFrom('session')
    .where('id', 'in', (sub) =>
      sub
        .selectFrom('session')
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('last_used_at', 'desc')
        .offset(MAX_OF_USER - 1),
    )
    .execute();
  const session = await tx
    .insertInto('session')
    .values({
      id: newId('session'),
      secret_hash: hashSecret(secret),
      user_id: userId,
      token_id: token?.id ?? null,
      method,
      address,
      user_agent: (userAgent ?? '').slice(0, MAX_USER_AGENT),
      expires_at: expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { session, secret };
}

/** Ends the named sessions of one user, or all except one. @returns the ids of those that it ended */
export async function endSessionsOf(
  tx: Tx,
  userId: string,
  which: { ids: readonly string[] } | { except: string | undefined },
): Promise<string[]> {
  const own = tx.deleteFrom('session').where('user_id', '=', userId).returning('id');
  const chosen =
    'ids' in which ? own.where('id', 'in', [...which.ids, '']) : own.where('id', '!=', which.except ?? '');
  return (await chosen.execute()).map(({ id }) => id);
}

export async function listSessions(db: Kysely<Database>, userId: string): Promise<Session[]> {
  return await db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', new Date())
    .orderBy('last_used_at', 'desc')
    .execute();
}

export async function readSession(db: Kysely<Database>, id: string): Promise<Session | undefined> {
  return await db.selectFrom('session').selectAll().where('id', '=', id).executeTakeFirst();
}
