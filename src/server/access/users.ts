import { newId } from '@runwright/models';
import type { Person } from './permissions.ts';
import { recordChange } from './record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { containing } from '../http/like-pattern.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
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
  const { count } = await found
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const users = await found.selectAll().orderBy('username').limit(page.size).offset(offsetOf(page)).execute();
  return { users, total: count };
}

/** @throws 422 for a name or an address that somebody has */
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
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    return refuse('invalid_attribute', 'Username has already been taken', '/data/attributes/username');
  });
}
