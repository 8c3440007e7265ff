import { authenticateSecret } from '../access/authenticate.ts';
import type { Caller, Origin } from '../access/caller.ts';
import type { Person } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import { beginSession, endSessionsOf, type Session, type SignIn, type Visitor } from '../access/sessions.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { Refusal, refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import type { Guesses } from './guesses.ts';
import { isPassword } from './password-hash.ts';

export interface Begun {
  session: Session;
  secret: string;
}

/** @throws 401, the same for a wrong name and a wrong password; 429 */
export async function signInWithPassword(
  platform: Platform,
  guesses: Guesses,
  { username, password }: { username: string; password: string },
  visitor: Visitor,
): Promise<Begun> {
  const account = username.toLowerCase();
  const { address } = visitor.origin;
  guesses.begin(account, address);
  const found = await findByName(platform, username);
  if (!(await isPassword(password, found?.hash ?? undefined)) || found === undefined) {
    refuse('unauthorized', 'The name or the password is wrong.');
  }
  guesses.right(account, address);
  return await transact(
    platform.db,
    async (tx) => await begin(tx, { userId: found.id, method: 'password' }, visitor),
  );
}

/** Finds a user by username, or by e-mail address if only one user has it. */
async function findByName({ db }: Platform, name: string) {
  const found = await db
    .selectFrom('users')
    .innerJoin('password', 'password.user_id', 'users.id')
    .select(['users.id', 'users.username', 'password.hash'])
    .where('users.is_service_account', '=', false)
    .where((where) =>
      where.or([
        where('users.username', '=', name),
        where(where.fn<string>('lower', ['users.email']), '=', name.toLowerCase()),
      ]),
    )
    .limit(3)
    .execute();
  return found.find(({ username }) => username === name) ?? (found.length === 1 ? found[0] : undefined);
}

/** @throws 401 for a text that is not the token of a person */
export async function signInWithToken(
  platform: Platform,
  guesses: Guesses,
  token: string,
  visitor: Visitor,
): Promise<Begun> {
  guesses.begin('', visitor.origin.address);
  const caller = await personOf(platform, token, visitor.origin);
  if (caller === undefined) refuse('unauthorized', 'This is not the token of a user, or it has expired.');
  guesses.right('', visitor.origin.address);
  const { expires_at: expiresAt } = await platform.db
    .selectFrom('token')
    .select('expires_at')
    .where('id', '=', caller.tokenId)
    .executeTakeFirstOrThrow();
  const signIn = {
    userId: caller.userId,
    method: 'token',
    token: { id: caller.tokenId, expiresAt },
  } as const;
  return await transact(platform.db, async (tx) => await begin(tx, signIn, visitor));
}

async function personOf(platform: Platform, token: string, origin: Origin): Promise<Person | undefined> {
  let caller: Caller;
  try {
    caller = await authenticateSecret(platform, token.trim(), origin, 'account');
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  return caller.kind === 'user' ? caller : undefined;
}

/** Ends the session that the browser had, and begins another. */
export async function begin(tx: Tx, signIn: SignIn, visitor: Visitor): Promise<Begun> {
  const begun = await beginSession(tx, signIn, visitor);
  const { username, is_site_admin: isSiteAdmin } = await tx
    .selectFrom('users')
    .select(['username', 'is_site_admin'])
    .where('id', '=', signIn.userId)
    .executeTakeFirstOrThrow();
  const { id } = begun.session;
  const { userId, method } = signIn;
  const person = { kind: 'user', tokenId: id, sessionId: id, userId, username, isSiteAdmin } as const;
  await recordChange(
    tx,
    { ...person, origin: visitor.origin },
    {
      organizationId: null,
      resource: { type: 'sessions', id },
      action: 'sign_in',
      after: { method, 'user-agent': begun.session.user_agent },
    },
  );
  return begun;
}

/**
 * Ends the caller's own sessions: the named ones, or all except the asking one.
 *
 * @returns how many there were
 */
export async function endSessions(
  { db, wakeUps }: Platform,
  caller: Person,
  ids: readonly string[] | undefined,
): Promise<number> {
  const ended = await transact(db, async (tx) => {
    const which = ids === undefined ? { except: caller.sessionId } : { ids };
    const gone = await endSessionsOf(tx, caller.userId, which);
    for (const id of gone) {
      await recordChange(tx, caller, {
        organizationId: null,
        resource: { type: 'sessions', id },
        action: id === caller.sessionId ? 'sign_out' : 'destroy',
      });
    }
    return gone;
  });
  if (ended.length > 0) wakeUps.wake(topics.person(caller.userId));
  return ended.length;
}
