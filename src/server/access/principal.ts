import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Principal } from './caller.ts';

/**
 * The person, team or organization behind a user's id, for rights that are checked when there is no request. It is
 * looked up again each time, so that withdrawn rights are gone.
 *
 * @returns undefined when the user no longer exists
 */
export async function readPrincipal(db: Kysely<Database>, userId: string): Promise<Principal | undefined> {
  const found = await db
    .selectFrom('users')
    .leftJoin('team', 'team.service_user_id', 'users.id')
    .leftJoin('organization', 'organization.service_user_id', 'users.id')
    .select(['users.username', 'users.is_site_admin', 'users.is_service_account'])
    .select(['team.id as team_id', 'team.organization_id as team_organization_id'])
    .select('organization.id as organization_id')
    .where('users.id', '=', userId)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const named = { userId, username: found.username };
  if (!found.is_service_account) return { ...named, kind: 'user', isSiteAdmin: found.is_site_admin };
  if (found.team_id !== null && found.team_organization_id !== null) {
    return { ...named, kind: 'team', teamId: found.team_id, organizationId: found.team_organization_id };
  }
  return found.organization_id === null
    ? undefined
    : { ...named, kind: 'organization', organizationId: found.organization_id };
}
