import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { linkOnly, Permissions, resource, toMany, toOne } from '../http/document-schema.ts';
import { reference } from '../http/json-api.ts';
import type { teamRights } from './rules.ts';

/** The flags of a team's organization access, in the order of api-contract §5.9. */
export const ORGANIZATION_ACCESS = [
  'manage-policies',
  'manage-policy-overrides',
  'delegate-policy-overrides',
  'manage-workspaces',
  'manage-vcs-settings',
  'manage-modules',
  'manage-providers',
  'manage-run-tasks',
  'manage-projects',
  'read-workspaces',
  'read-projects',
  'manage-membership',
  'manage-teams',
  'manage-organization-access',
  'access-secret-teams',
  'manage-agent-pools',
] as const;

export const TeamSchema = resource(
  'teams',
  {
    name: z.string(),
    'users-count': z.int(),
    visibility: z.enum(['secret', 'organization']),
    'sso-team-id': z.string().nullable(),
    'allow-member-token-management': z.boolean(),
    'organization-access': z.object(
      Object.fromEntries(ORGANIZATION_ACCESS.map((flag) => [flag, z.boolean()])),
    ),
    permissions: Permissions,
  },
  {
    organization: toOne('organizations'),
    users: toMany('users'),
    'organization-memberships': toMany('organization-memberships'),
    'authentication-token': linkOnly,
  },
);

export interface TeamView extends Row<'team'> {
  organization_name: string;
  members: { userId: string; membershipId: string }[];
}

/** An owner may do everything, whatever the settings. */
export function teamResource(team: TeamView, rights: ReturnType<typeof teamRights>) {
  const self = `/api/v2/teams/${team.id}`;
  return {
    id: team.id,
    type: 'teams',
    attributes: {
      name: team.name,
      'users-count': team.members.length,
      visibility: team.visibility,
      'sso-team-id': team.sso_team_id,
      'allow-member-token-management': team.allow_member_token_management,
      'organization-access': Object.fromEntries(
        ORGANIZATION_ACCESS.map((flag) => [flag, team.is_owners || team.organization_access[flag] === true]),
      ),
      permissions: {
        'can-destroy': rights.canDestroy,
        'can-update-api-token': rights.canManageToken,
        'can-update-member-token-management': rights.canUpdate,
        'can-update-membership': rights.canUpdateMembership,
        'can-update-name': rights.canDestroy,
        'can-update-organization-access': rights.canUpdateOrganizationAccess,
        'can-update-sso-team-id': rights.canUpdate,
        'can-update-visibility': rights.canUpdate,
      },
    },
    relationships: {
      organization: reference('organizations', team.organization_name),
      users: { data: team.members.map(({ userId: id }) => ({ id, type: 'users' })) },
      'organization-memberships': {
        data: team.members.map(({ membershipId: id }) => ({ id, type: 'organization-memberships' })),
      },
      'authentication-token': { links: { related: `${self}/authentication-token` } },
    },
    links: { self },
  };
}
