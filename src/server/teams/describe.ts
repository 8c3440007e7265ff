import type { Caller } from '../access/caller.ts';
import { organizationRights } from '../access/rights.ts';
import { userSeenBy } from '../access/user-document.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import { teamResource } from './document.ts';
import { describeMemberships } from './membership-document.ts';
import { teamRights } from './rules.ts';
import { viewTeams } from './service.ts';

/** The documents of teams that the caller may see. */
export async function describeTeams(platform: Platform, caller: Caller, teams: readonly Row<'team'>[]) {
  const views = await viewTeams(platform, teams);
  const documents = [];
  for (const team of views) {
    const rights = await organizationRights(platform.db, caller, team.organization_id);
    documents.push(teamResource(team, teamRights(rights, team)));
  }
  return documents;
}

/** The documents of those of these teams that the caller may see. */
export async function readableTeamResources(platform: Platform, caller: Caller, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const teams = await platform.db.selectFrom('team').selectAll().where('id', 'in', ids).execute();
  const readable = [];
  for (const team of teams) {
    const rights = await organizationRights(platform.db, caller, team.organization_id);
    if (teamRights(rights, team).canRead) readable.push(team);
  }
  return await describeTeams(platform, caller, readable);
}

/**
 * The resources that `include` names with teams: `users`, and their `organization-memberships`, each once.
 *
 * @throws 400 for any other
 */
export async function includeWithTeams(
  platform: Platform,
  caller: Caller,
  teams: readonly Row<'team'>[],
  names: readonly string[],
): Promise<{ included?: { id: string; type: string }[] }> {
  if (names.some((name) => name !== 'users' && name !== 'organization_memberships'))
    refuse('invalid_include');
  if (names.length === 0) return {};
  const members = (await viewTeams(platform, teams)).flatMap((team) => team.members);
  const included: { id: string; type: string }[] = [];
  if (names.includes('users')) {
    const ids = [...new Set(members.map(({ userId }) => userId))];
    const users =
      ids.length === 0
        ? []
        : await platform.db.selectFrom('users').selectAll().where('id', 'in', ids).execute();
    included.push(...users.map(userSeenBy(caller)));
  }
  if (names.includes('organization_memberships')) {
    const ids = [...new Set(members.map(({ membershipId }) => membershipId))];
    const memberships =
      ids.length === 0
        ? []
        : await platform.db.selectFrom('organization_member').selectAll().where('id', 'in', ids).execute();
    included.push(...(await describeMemberships(platform.db, caller, memberships, [])).data);
  }
  return { included };
}
