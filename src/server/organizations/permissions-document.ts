import type { OrganizationPermission } from '../http/permission.ts';

/** The caller's rights in an organization, in the words that clients read (api-contract §5.1). */
export function organizationPermissions(rights: ReadonlySet<OrganizationPermission>) {
  const isOwner = rights.has('owner');
  const managesWorkspaces = rights.has('manage-workspaces');
  return {
    'can-update': isOwner,
    'can-destroy': isOwner,
    'can-access-via-teams': rights.has('member'),
    'can-create-module': rights.has('manage-modules'),
    'can-create-provider': rights.has('manage-providers'),
    'can-create-project': rights.has('manage-projects'),
    'can-create-team': rights.has('manage-teams'),
    'can-create-workspace': managesWorkspaces,
    'can-create-workspace-migration': managesWorkspaces,
    'can-deploy-no-code-modules': false,
    'can-enable-stacks': false,
    'can-manage-agent-pools': rights.has('manage-agent-pools'),
    'can-manage-assessments': isOwner,
    'can-manage-custom-providers': rights.has('manage-providers'),
    'can-manage-no-code-modules': false,
    'can-manage-public-modules': rights.has('manage-modules'),
    'can-manage-public-providers': rights.has('manage-providers'),
    'can-manage-run-tasks': rights.has('manage-run-tasks'),
    'can-manage-sso': false,
    'can-manage-subscription': false,
    'can-manage-tags': managesWorkspaces,
    'can-manage-users': rights.has('manage-membership'),
    'can-manage-varsets': managesWorkspaces,
    'can-read-assessments': rights.has('read-workspaces'),
    'can-read-run-tasks': rights.has('member'),
    'can-read-varsets': rights.has('read-workspaces'),
    'can-start-trial': false,
    'can-traverse': rights.has('member'),
    'can-update-agent-pools': rights.has('manage-agent-pools'),
    'can-update-api-token': isOwner,
    'can-update-oauth': rights.has('manage-vcs-settings'),
    'can-update-sentinel': rights.has('manage-policies'),
    'can-update-ssh-keys': rights.has('manage-vcs-settings'),
    'can-view-explorer': false,
    'can-view-usage': isOwner,
  };
}
