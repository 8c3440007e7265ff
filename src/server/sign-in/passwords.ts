import type { Origin } from '../access/caller.ts';
import type { Person } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import { beginSession, endSessionsOf, type Visitor } from '../access/sessions.ts';
import { expiryWithin } from '../access/token-expiry.ts';
import type { Platform } from '../context.ts';
import { afterCommit, transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';
import type { Guesses } from './guesses.ts';
import { hashPassword, isPassword } from './password-hash.ts';
import type { Begun } from './sign-in.ts';

const RESET_MS = 24 * 60 * 60_000;

/**
 * Gives the caller a new password, or a first one. Every session ends; a caller with a session gets a new one.
 *
 * @throws 422 for a wrong current password; 403 for a first password if the caller's token expires: passwords do not
 */
export async function changePassword(
  platform: Platform,
  guesses: Guesses,
  caller: Person,
  { current, wanted }: { current: string | undefined; wanted: string },
  visitor: Visitor,
): Promise<Begun | undefined> {
  const { address } = visitor.origin;
  guesses.begin(caller.username.toLowerCase(), address);
  const stored = await platform.db
    .selectFrom('password')
    .select('hash')
    .where('user_id', '=', caller.userId)
    .executeTakeFirst();
  if (stored !== undefined && !(await isPassword(current ?? '', stored.hash))) {
    refuse(
      'invalid_attribute',
      'current_password: is not your password',
      '/data/attributes/current_password',
    );
  }
  guesses.right(caller.username.toLowerCase(), address);
  requireGood(wanted, caller.username);
  const hash = await hashPassword(wanted);
  return await transact(platform.db, async (tx) => {
    if (stored === undefined && (await expiryWithin(tx, caller, null, null)) !== null) {
      refuse(
        'forbidden',
        'Your token ends one day, and a password would not: ask an administrator to reset your password instead.',
      );
    }
    // A change by another request in between stays.
    const isSame = await writePassword(tx, caller.userId, hash, stored?.hash);
    if (!isSame) refuse('conflict', 'Your password was changed by another request just now.');
    await endAll(platform, tx, caller.userId);
    await recordPassword(tx, caller, caller.userId, 'change_password');
    if (caller.sessionId === undefined) return undefined;
    return await beginSession(tx, { userId: caller.userId, method: 'password' }, visitor);
  });
}

function requireGood(password: string, username: string): void {
  const isName = password.toLowerCase().includes(username.toLowerCase()) && username.length >= 5;
  const isOneCharacter = new Set(password).size < 5;
  if (!isName && !isOneCharacter) return;
  const detail = isName ? 'must not hold the username' : 'must have at least 5 different characters';
  refuse('invalid_attribute', `password: ${detail}`, '/data/attributes/password');
}

/** @param before the earlier hash; undefined: there was none */
async function writePassword(
  tx: Tx,
  userId: string,
  hash: string,
  before: string | undefined,
): Promise<boolean> {
  const columns = { hash, changed_at: new Date() };
  const written =
    before === undefined
      ? await tx
          .insertInto('password')
          .values({ user_id: userId, ...columns })
          .onConflict((conflict) => conflict.column('user_id').doNothing())
          .returning('user_id')
          .executeTakeFirst()
      : await tx
          .updateTable('password')
          .set(columns)
          .where('user_id', '=', userId)
          .where('hash', '=', before)
          .returning('user_id')
          .executeTakeFirst();
  return written !== undefined;
}

async function endAll({ wakeUps }: Platform, tx: Tx, userId: string): Promise<void> {
  await endSessionsOf(tx, userId, { except: undefined });
  afterCommit(tx, () => wakeUps.wake(topics.person(userId)));
}

const recordPassword = async (
  tx: Tx,
  actor: Person | { kind: 'address'; origin: Origin },
  userId: string,
  action: string,
): Promise<void> =>
  await recordChange(tx, actor, { organizationId: null, resource: { type: 'users', id: userId }, action });

/**
 * Removes a user's password and sessions, and makes a code with which that user chooses another password. It is good
 * for one day and for one use, and replaces an earlier one. Tokens stay: they are revoked one by one.
 *
 * @throws 404 for a user that is no person
 */
export async function resetPassword(
  platform: Platform,
  admin: Person,
  userId: string,
): Promise<{ code: string; expiresAt: Date }> {
  const code = newOpaqueToken();
  const expiresAt = new Date(Date.now() + RESET_MS);
  await transact(platform.db, async (tx) => {
    const user = await tx
      .selectFrom('users')
      .select('id')
      .where('id', '=', userId)
      .where('is_service_account', '=', false)
      .executeTakeFirst();
    if (user === undefined) refuse('not_found');
    await tx.deleteFrom('password').where('user_id', '=', userId).execute();
    await endAll(platform, tx, userId);
    const columns = { code_hash: hashSecret(code), expires_at: expiresAt, created_at: new Date() };
    await tx
      .insertInto('password_reset')
      .values({ user_id: userId, ...columns })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
      .execute();
    await recordPassword(tx, admin, userId, 'reset_password');
  });
  return { code, expiresAt };
}

/**
 * Sets the password for the code of a reset. The code is used up only by an accepted password.
 *
 * @throws 404 for a code that is unknown, used or too old
 */
export async function choosePassword(
  platform: Platform,
  code: string,
  wanted: string,
  origin: Origin,
): Promise<string> {
  const codeHash = hashSecret(code);
  const found = await platform.db
    .selectFrom('password_reset')
    .innerJoin('users', 'users.id', 'password_reset.user_id')
    .select(['users.username', 'users.id'])
    .where('code_hash', '=', codeHash)
    .where('expires_at', '>', new Date())
    .executeTakeFirst();
  if (found === undefined) refuse('not_found', 'This code is not known, was used, or is too old.');
  requireGood(wanted, found.username);
  const hash = await hashPassword(wanted);
  await transact(platform.db, async (tx) => {
    const used = await tx
      .deleteFrom('password_reset')
      .where('code_hash', '=', codeHash)
      .where('expires_at', '>', new Date())
      .returning('user_id')
      .executeTakeFirst();
    if (used === undefined) refuse('not_found', 'This code was used just now.');
    await tx.deleteFrom('password').where('user_id', '=', found.id).execute();
    await writePassword(tx, found.id, hash, undefined);
    await endAll(platform, tx, found.id);
    await recordPassword(tx, { kind: 'address', origin }, found.id, 'choose_password');
  });
  return found.username;
}
