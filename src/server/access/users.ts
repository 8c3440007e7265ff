import { newId } from '@runwright/models';
import { sql, type Kysely } from 'kysely';
import type { Person } from './permissions.ts';
import type { Caller } from './caller.ts';
import { differences, recordChange } from './record-change.ts';
import { isServiceName } from './service-names.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';

/** People, for the administrators of the whole server: by name or address, in the order of their names. */
export async function listUsers(
  { db }: Platform,
  search: string | undefined,
  page: Page,
): Promise<{ users: Row<'users'>[]; total: number }> {
  let found = db.selectFrom('users').where('is_service_account', '=', false);
  if (search !== undefined) {
    const pattern = containing(search);
    found = found.where((where) =>
      where.or([where('username', 'ilike', pattern), where('email', 'ilike', pattern)]),
    );
  }
  const { rows: users, totalCount } = await readPage(found.selectAll().orderBy('username'), page);
  return { users, total: totalCount };
}

/** @throws 404 for an unknown id, and for null, the id of a caller that is no user */
export async function readUser(db: Kysely<Database>, id: string | null): Promise<Row<'users'>> {
  if (id === null) refuse('not_found');
  const user = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  return user ?? refuse('not_found');
}

/** The users of these ids that exist. */
export async function readUsers(db: Kysely<Database>, ids: readonly string[]): Promise<Row<'users'>[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom('users').selectAll().where('id', 'in', ids).execute();
}

/** A user's change to its own account. @throws 422 for a name that is taken */
export async function updateAccount(
  { db }: Platform,
  caller: Caller,
  user: Row<'users'>,
  columns: { username?: string; email?: string; unconfirmed_email?: string },
): Promise<Row<'users'>> {
  return await transact(db, async (tx) => {
    const resource = { type: 'users', id: user.id };
    const change = { organizationId: null, resource, action: 'update' };
    await recordChange(tx, caller, { ...change, ...differences({ ...user }, columns) });
    return await tx
      .updateTable('users')
      .set(columns)
      .where('id', '=', user.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  }).catch(refuseTakenUsername);
}

function refuseTakenUsername(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  refuse('invalid_attribute', 'Username has already been taken', '/data/attributes/username');
}

/** @throws 422 for a name or an address that is taken */
export async function createUser(
  { db }: Platform,
  admin: Person,
  columns: { username: string; email: string; is_site_admin: boolean },
): Promise<Row<'users'>> {
  return await transact(db, async (tx) => {
    const other = await tx
      .selectFrom('users')
      .select('id')
      .where((where) => where(where.fn<string>('lower', ['email']), '=', columns.email.toLowerCase()))
      .where('is_service_account', '=', false)
      .executeTakeFirst();
    if (other !== undefined) {
      refuse('invalid_attribute', 'Email has already been taken', '/data/attributes/email');
    }
    const user = await tx
      .insertInto('users')
      .values({ id: newId('user'), ...columns })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordChange(tx, admin, {
      organizationId: null,
      resource: { type: 'users', id: user.id },
      action: 'create',
      after: columns,
    });
    return user;
  }).catch(refuseTakenUsername);
}

/** Requests that add or look for the same person at the same time wait here. */
export async function lockAddress(tx: Tx, email: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`user ${email.toLowerCase()}`}, 0))`.execute(tx);
}

/**
 * Adds a person of whom only the address is known, under a name that is free. The caller holds the lock of the address.
 *
 * @param wanted a name that the person would like; without it, the part before the @
 * @returns the id
 */
export async function addPerson(tx: Tx, email: string, wanted?: string): Promise<string> {
  const [local = ''] = (wanted ?? email).split('@');
  const name = local.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60) || 'user';
  const username = isServiceName(name) ? `user-${name}` : name;
  const id = newId('user');
  const insert = async (free: string) =>
    await tx
      .insertInto('users')
      .values({ id, username: free, email })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .returning('id')
      .executeTakeFirst();
  const inserted = (await insert(username)) ?? (await insert(`${username}-${id.slice(-6)}`));
  if (inserted === undefined)
    refuse('conflict', 'The username for this address was taken just now: try again.');
  return inserted.id;
}
