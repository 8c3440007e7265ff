import { newId } from '@runwright/models';
import type { Kysely } from 'kysely';
import type { Database } from '../../src/server/database/schema.ts';
import { hashSecret, newOpaqueToken } from '../../src/server/secrets/opaque-tokens.ts';

/** Adds a user with a token to the organizations named. An owner may do everything in them. @returns the token */
export async function addUser(
  db: Kysely<Database>,
  username: string,
  organizations: readonly string[],
  as: 'owner' | 'member',
): Promise<string> {
  const secret = newOpaqueToken();
  const id = newId('user');
  await db
    .insertInto('users')
    .values({ id, username, email: `${username}@example.com` })
    .execute();
  await db
    .insertInto('token')
    .values({
      id: newId('at'),
      kind: 'user',
      secret_hash: hashSecret(secret),
      user_id: id,
      organization_id: null,
    })
    .execute();
  for (const name of organizations) {
    const { id: organizationId } = await db
      .selectFrom('organization')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('organization_member')
      .values({ id: newId('ou'), user_id: id, organization_id: organizationId })
      .execute();
    if (as === 'member') continue;
    const owners = await db
      .selectFrom('team')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('is_owners', '=', true)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('team_member')
      .values({ team_id: owners.id, user_id: id, organization_id: organizationId })
      .execute();
  }
  return secret;
}
