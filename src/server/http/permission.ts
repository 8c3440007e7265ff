/**
 * The words that endpoints ask for permission with. Every endpoint of an account declares one (`permission`), the
 * service behind it asks `access/permissions.ts` for the same one, docs/permissions.md shows who has it, and
 * test/server/permissions.test.ts proves for each kind of caller that the two agree.
 */

/** In one workspace (api-contract §5.9). */
export const WORKSPACE_PERMISSIONS = [
  /** Know of it. */
  'read',
  'read-runs',
  /** Agree to a plan, where an approval rule asks for it: whoever may read runs, and is a person. */
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
  /** The plan as `terraform show -json` prints it: it holds sensitive values in clear. */
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

/** In an organization. `member` is being in it; the others come with a team, `owner` with the owners team. */
export const ORGANIZATION_PERMISSIONS = [
  /** Know what the organization may use: also for the program of a run. */
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
  /** A team one may see; one whose token one may manage. */
  | 'team:read'
  | 'team:manage-token'
  /** Any valid token of an account: the answer holds only what its bearer may see. */
  | 'account'
  /** A person, for what is the caller's own. */
  | 'self'
  /** The owner of a token, or who may manage the tokens of its owner. */
  | 'token'
  | 'site-admin';

/** What an endpoint asks for: one word, or a word for each kind of resource that may own what it is about. */
export type Asked = Permission | Readonly<Record<string, Permission>>;

/** Each word that is asked for, with the kind of owner that it is for: null when there is one word for all. */
export const wordsAskedFor = (asked: Asked): (readonly [string | null, Permission])[] =>
  typeof asked === 'string' ? [[null, asked]] : Object.entries(asked);
