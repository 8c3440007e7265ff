/**
 * The permissions that endpoints require. Every endpoint of an account declares one (`permission`), the service behind
 * it asks `access/permissions.ts` for the same one, docs/permissions.md shows who has it, and
 * test/server/permissions.test.ts proves for each kind of caller that the two agree.
 */

/** In one workspace (api-contract §5.9). */
export const WORKSPACE_PERMISSIONS = [
  /** Know that it exists. */
  'read',
  'read-runs',
  /** Approve a plan, when an approval rule asks for it: every person who may read runs. */
  'approve-runs',
  'plan-runs',
  'apply-runs',
  'force-cancel-runs',
  'read-variables',
  'write-variables',
  'read-state-outputs',
  'read-state',
  'write-state',
  'lock',
  'read-settings',
  'manage-run-tasks',
  'override-policies',
  /** The plan as `terraform show -json` prints it, with sensitive values in clear. */
  'read-plan-json',
  'move',
  'delete',
  /** Settings, access, force-unlock. */
  'admin',
] as const;
export type WorkspacePermission = (typeof WORKSPACE_PERMISSIONS)[number];

/** In one project (api-contract §5.9). */
export const PROJECT_PERMISSIONS = [
  'read',
  'update',
  'delete',
  'create-workspace',
  'move-workspace',
  'read-teams',
  'manage-teams',
  'read-variable-sets',
  'write-variable-sets',
] as const;
export type ProjectPermission = (typeof PROJECT_PERMISSIONS)[number];

/** In an organization. `member` means to be in it; the others come with a team, `owner` with the owners team. */
export const ORGANIZATION_PERMISSIONS = [
  /** Know which features the organization may use: also for the program of a run. */
  'read-entitlements',
  /** Find and download modules and providers: also for the program of a run. */
  'read-registry',
  'member',
  'read-workspaces',
  'read-projects',
  'manage-workspaces',
  'manage-projects',
  'manage-policies',
  'manage-policy-overrides',
  'delegate-policy-overrides',
  'manage-vcs-settings',
  'manage-modules',
  'manage-providers',
  'manage-run-tasks',
  'manage-membership',
  'manage-teams',
  'manage-organization-access',
  'access-secret-teams',
  'manage-agent-pools',
  'read-audit-trail',
  'owner',
] as const;
export type OrganizationPermission = (typeof ORGANIZATION_PERMISSIONS)[number];

export type Permission =
  | `workspace:${WorkspacePermission}`
  | `project:${ProjectPermission}`
  | `organization:${OrganizationPermission}`
  /** To see a team; to manage the token of a team. */
  | 'team:read'
  | 'team:manage-token'
  /** Any valid token of an account: the answer holds only what its bearer may see. */
  | 'account'
  /** A person, for the person's own resources. */
  | 'self'
  /** The owner of a token, or a manager of the owner's tokens. */
  | 'token'
  | 'site-admin';

/** The permission of an endpoint: one, or one for each kind of resource that may own the endpoint's subject. */
export type Asked = Permission | Readonly<Record<string, Permission>>;

/** Each permission of an endpoint, with the kind of owner that it is for: null when there is one for all. */
export const wordsAskedFor = (asked: Asked): (readonly [string | null, Permission])[] =>
  typeof asked === 'string' ? [[null, asked]] : Object.entries(asked);
