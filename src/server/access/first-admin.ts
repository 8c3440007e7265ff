import { join } from 'node:path';
import { newId } from '@runwright/models';
import { recordChange } from './record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';
import { readOrCreateSecret } from '../secrets/secret-key.ts';

export const FIRST_ADMIN = 'admin';

/**
 * The first site administrator and a token for it: the configured one, or one that is made once and kept in
 * `<home>/admin-token` with mode 0600. Safe to call at every start and by several servers at once.
 *
 * @returns the file that holds the token, or null when the token was configured
 */
export async function ensureFirstAdmin(
  platform: Platform,
  homeFolder: string,
  configuredToken: string | undefined,
): Promise<string | null> {
  const file = join(homeFolder, 'admin-token');
  const secret = configuredToken ?? (await readOrCreateSecret(file, newOpaqueToken));
  await transact(platform.db, async (tx) => {
    await tx
      .insertInto('users')
      .values({ id: newId('user'), username: FIRST_ADMIN, email: 'admin@localhost', is_site_admin: true })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .execute();
    const { id } = await tx
      .selectFrom('users')
      .select('id')
      .where('username', '=', FIRST_ADMIN)
      .executeTakeFirstOrThrow();
    const token = await tx
      .insertInto('token')
      .values({
        id: newId('at'),
        secret_hash: hashSecret(secret),
        kind: 'user',
        user_id: id,
        organization_id: null,
        description: 'first administrator',
      })
      .onConflict((conflict) => conflict.column('secret_hash').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (token === undefined) return;
    await recordChange(tx, null, {
      organizationId: null,
      resource: { type: 'authentication-tokens', id: token.id },
      action: 'create',
      after: { kind: 'user', user: id, description: 'first administrator' },
    });
  });
  return configuredToken === undefined ? file : null;
}
