import type { OrganizationRights } from '../access/rights.ts';

/** The facts that decide who sees a team and who manages it (api-contract §5.9). Pure. */
export interface TeamFacts {
  id: string;
  is_owners: boolean;
  visibility: 'secret' | 'organization';
  allow_member_token_management: boolean;
}

const isMember = (rights: OrganizationRights, team: TeamFacts): boolean =>
  rights.organization.has('owner') || rights.teamIds.includes(team.id);

export function teamRights(rights: OrganizationRights, team: TeamFacts) {
  const { organization } = rights;
  const isOwner = organization.has('owner');
  // Only owners may change the owners team.
  const managesTeam = team.is_owners ? isOwner : organization.has('manage-teams');
  const seesSecret =
    organization.has('manage-teams') ||
    organization.has('manage-membership') ||
    organization.has('manage-organization-access') ||
    organization.has('access-secret-teams');
  return {
    canRead:
      organization.has('member') &&
      (isMember(rights, team) || team.visibility === 'organization' || seesSecret),
    canUpdate: managesTeam,
    canDestroy: managesTeam && !team.is_owners,
    canUpdateMembership: team.is_owners ? isOwner : organization.has('manage-membership'),
    canUpdateOrganizationAccess: !team.is_owners && organization.has('manage-organization-access'),
    canManageToken: managesTeam || (team.allow_member_token_management && rights.teamIds.includes(team.id)),
  };
}
