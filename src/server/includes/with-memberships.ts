import type { Caller } from '../access/caller.ts';
import { organizationRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { organizationResource } from '../organizations/document.ts';
import { readableTeamResources } from '../teams/describe.ts';
import { describeMemberships } from '../teams/membership-document.ts';
import type { Membership } from '../teams/memberships.ts';

/** Memberships with what `include` names: `user`, `teams` as far as the caller may see them, and `organization`. */
export async function describeWithIncluded(
  view: Platform,
  caller: Caller,
  members: readonly Membership[],
  names: readonly string[],
) {
  const asked = names.filter((name) => name === 'user');
  const { data, included: users = [] } = await describeMemberships(view.db, caller, members, asked);
  const included: { id: string; type: string }[] = [...users];
  if (names.includes('teams')) {
    const ids = new Set(data.flatMap(({ relationships }) => relationships.teams.data.map(({ id }) => id)));
    included.push(...(await readableTeamResources(view, caller, [...ids])));
  }
  if (names.includes('organization') && members.length > 0) {
    const organizations = await view.db
      .selectFrom('organization')
      .selectAll()
      .where('id', 'in', [...new Set(members.map(({ organization_id: id }) => id))])
      .execute();
    for (const organization of organizations) {
      const rights = await organizationRights(view.db, caller, organization.id);
      if (rights.organization.has('member'))
        included.push(organizationResource(organization, null, rights.organization));
    }
  }
  return { data, ...(included.length > 0 ? { included } : {}) };
}
