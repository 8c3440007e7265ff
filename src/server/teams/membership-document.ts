import type { Kysely } from 'kysely';
import * as z from 'zod';
import type { Caller } from '../access/caller.ts';
import { organizationRights, type OrganizationRights } from '../access/rights.ts';
import { userResource, viewerByName, type Viewer } from '../access/user-document.ts';
import type { Database } from '../database/schema.ts';
import { resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';
import { refuse } from '../http/refusal.ts';
import type { Membership } from './memberships.ts';
import { teamRights } from './rules.ts';

export const MembershipSchema = resource(
  'organization-memberships',
  { status: z.enum(['active', 'invited']), email: z.string().optional(), 'created-at': Timestamp },
  { organization: toOne('organizations'), user: toOne('users'), teams: toMany('teams') },
);

/**
 * api-contract §5.1; with those of its teams that the caller may see.
 *
 * @param names the names of `include`: `user`
 * @throws 400 for another name
 */
export async function describeMemberships(
  db: Kysely<Database>,
  caller: Caller,
  members: readonly Membership[],
  names: readonly string[],
) {
  if (names.some((name) => name !== 'user')) refuse('invalid_include');
  if (members.length === 0) return { data: [] };
  const userIds = [...new Set(members.map(({ user_id }) => user_id))];
  const organizationIds = [...new Set(members.map(({ organization_id }) => organization_id))];
  const users = await db.selectFrom('users').selectAll().where('id', 'in', userIds).execute();
  const organizations = await db
    .selectFrom('organization')
    .select(['id', 'name'])
    .where('id', 'in', organizationIds)
    .execute();
  const teams = await db
    .selectFrom('team_member')
    .innerJoin('team', 'team.id', 'team_member.team_id')
    .selectAll('team')
    .select('team_member.user_id')
    .where('team_member.user_id', 'in', userIds)
    .where('team_member.organization_id', 'in', organizationIds)
    .execute();
  const rights = new Map<string, OrganizationRights>();
  for (const id of organizationIds) rights.set(id, await organizationRights(db, caller, id));
  const mayRead = (team: (typeof teams)[number]): boolean => {
    const own = rights.get(team.organization_id);
    return own !== undefined && teamRights(own, team).canRead;
  };
  const viewerOf = ({ user_id: userId, organization_id: id, status }: Membership): Viewer => {
    const known = viewerByName(caller, userId);
    if (known !== undefined) return known;
    if (rights.get(id)?.organization.has('manage-membership') !== true) return 'other';
    return status === 'invited' ? 'inviter' : 'manager';
  };
  const emailOf = (userId: string): string => users.find(({ id }) => id === userId)?.email ?? '';
  const data = members.map((member) => ({
    id: member.id,
    type: 'organization-memberships',
    attributes: {
      status: member.status,
      ...(viewerOf(member) === 'other' ? {} : { email: emailOf(member.user_id) }),
      'created-at': timestamp(member.created_at),
    },
    relationships: {
      organization: reference(
        'organizations',
        organizations.find(({ id }) => id === member.organization_id)?.name ?? '',
      ),
      user: reference('users', member.user_id),
      teams: {
        data: teams
          .filter((team) => {
            const { user_id, organization_id } = team;
            return user_id === member.user_id && organization_id === member.organization_id && mayRead(team);
          })
          .map(({ id }) => ({ id, type: 'teams' })),
      },
    },
    links: { self: `/api/v2/organization-memberships/${member.id}` },
  }));
  const included = !names.includes('user')
    ? []
    : users.map((user) => {
        const viewers = members.filter(({ user_id: id }) => id === user.id).map(viewerOf);
        return userResource(user, viewers.find((viewer) => viewer !== 'other') ?? 'other');
      });
  return { data, ...(included.length > 0 ? { included } : {}) };
}
