import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Caller } from './caller.ts';
import { canInOrganization } from './permissions.ts';
import { viewerByName, type Viewer } from './user-document.ts';

/**
 * The role in which the caller sees a user.
 *
 * @returns undefined when the two share no organization that both have joined: its members do not see a user who was
 *   invited and has not joined yet
 */
export async function viewerOf(
  db: Kysely<Database>,
  caller: Caller,
  userId: string,
): Promise<Viewer | undefined> {
  const known = viewerByName(caller, userId);
  if (known !== undefined) return known;
  const shared = await sharedOrganizations(db, caller, userId);
  for (const id of shared) {
    if (await canInOrganization(db, caller, id, 'manage-membership')) return 'manager';
  }
  return shared.length > 0 ? 'other' : undefined;
}

async function sharedOrganizations(db: Kysely<Database>, caller: Caller, userId: string): Promise<string[]> {
  if (caller.kind !== 'user' && caller.kind !== 'team' && caller.kind !== 'organization') return [];
  const memberships = db
    .selectFrom('organization_member')
    .select('organization_id')
    .where('user_id', '=', userId)
    .where('status', '=', 'active');
  const shared =
    caller.kind === 'user'
      ? memberships.where('organization_id', 'in', (sub) =>
          sub
            .selectFrom('organization_member')
            .select('organization_id')
            .where('user_id', '=', caller.userId)
            .where('status', '=', 'active'),
        )
      : memberships.where('organization_id', '=', caller.organizationId);
  return (await shared.execute()).map(({ organization_id: id }) => id);
}
