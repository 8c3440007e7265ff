import type { ProjectDetails, Row, WorkspaceDetails } from '../database/schema.ts';
import {
  ORGANIZATION_PERMISSIONS,
  PROJECT_PERMISSIONS,
  WORKSPACE_PERMISSIONS,
  type OrganizationPermission,
  type ProjectPermission,
  type WorkspacePermission,
} from '../http/permission.ts';

/** The rights that each level of access gives its team: the table of api-contract §5.9. Pure. */

export const WORKSPACE_LEVELS: Record<'read' | 'plan' | 'write' | 'admin', WorkspaceDetails> = {
  read: details('read', 'read', 'read', 'none', false, false),
  plan: details('plan', 'read', 'read', 'none', false, false),
  write: details('apply', 'write', 'write', 'read', true, false),
  admin: details('apply', 'write', 'write', 'read', true, true),
};

/** A custom level that sets nothing. */
export const LOWEST_WORKSPACE_DETAILS = details('read', 'none', 'none', 'none', false, false);

export const PROJECT_LEVELS: Record<'read' | 'write' | 'maintain' | 'admin', ProjectDetails> = {
  read: {
    'project-access': { settings: 'read', teams: 'none', 'variable-sets': 'none' },
    'workspace-access': inProject(WORKSPACE_LEVELS.read, { create: false, move: false, delete: false }),
  },
  write: {
    'project-access': { settings: 'read', teams: 'none', 'variable-sets': 'none' },
    'workspace-access': inProject(WORKSPACE_LEVELS.write, { create: false, move: false, delete: false }),
  },
  maintain: {
    'project-access': { settings: 'read', teams: 'none', 'variable-sets': 'write' },
    'workspace-access': inProject(WORKSPACE_LEVELS.admin, { create: true, move: false, delete: true }),
  },
  admin: {
    'project-access': { settings: 'delete', teams: 'manage', 'variable-sets': 'write' },
    'workspace-access': inProject(WORKSPACE_LEVELS.admin, { create: true, move: true, delete: true }),
  },
};

export const LOWEST_PROJECT_DETAILS: ProjectDetails = {
  'project-access': { settings: 'read', teams: 'none', 'variable-sets': 'none' },
  'workspace-access': inProject(LOWEST_WORKSPACE_DETAILS, { create: false, move: false, delete: false }),
};

export const EVERYTHING = {
  organization: [...ORGANIZATION_PERMISSIONS],
  projects: [...PROJECT_PERMISSIONS],
  workspaces: [...WORKSPACE_PERMISSIONS],
};

/** All rights of an admin of one workspace: not those of its project or of policies. */
const WORKSPACE_ADMIN = WORKSPACE_PERMISSIONS.filter(
  (permission) => permission !== 'override-policies' && permission !== 'move',
);

/** Only people and teams may make, change or reveal these: an organization's token gets 404 (api-contract §1.1). */
const NOT_FOR_ORGANIZATION_TOKENS = new Set<WorkspacePermission>([
  'approve-runs',
  'plan-runs',
  'apply-runs',
  'force-cancel-runs',
  'write-state',
  'override-policies',
  'read-plan-json',
  'lock',
]);
export const ORGANIZATION_TOKEN = {
  ...EVERYTHING,
  workspaces: WORKSPACE_PERMISSIONS.filter((permission) => !NOT_FOR_ORGANIZATION_TOKENS.has(permission)),
};

export function workspacePermissions(
  grant: Pick<Row<'team_workspace'>, 'access' | 'details'>,
): readonly WorkspacePermission[] {
  if (grant.access === 'admin') return WORKSPACE_ADMIN;
  return grant.access === 'custom'
    ? expand(grant.details ?? LOWEST_WORKSPACE_DETAILS)
    : expand(WORKSPACE_LEVELS[grant.access]);
}

export function projectDetails(grant: Pick<Row<'team_project'>, 'access' | 'details'>): ProjectDetails {
  if (grant.access !== 'custom') return PROJECT_LEVELS[grant.access];
  const { 'project-access': project, 'workspace-access': workspace } =
    grant.details ?? LOWEST_PROJECT_DETAILS;
  // A part that was introduced after the details were stored has its lowest level.
  return {
    'project-access': { ...LOWEST_PROJECT_DETAILS['project-access'], ...project },
    'workspace-access': { ...LOWEST_PROJECT_DETAILS['workspace-access'], ...workspace },
  };
}

/** The rights of a team with access to a project in the project itself. */
export function projectPermissions(
  grant: Pick<Row<'team_project'>, 'access' | 'details'>,
): readonly ProjectPermission[] {
  const { 'project-access': project, 'workspace-access': workspace } = projectDetails(grant);
  return [
    'read',
    ...when(project.settings !== 'read', 'update'),
    ...when(project.settings === 'delete', 'delete'),
    ...when(workspace.create, 'create-workspace'),
    ...when(workspace.move, 'move-workspace'),
    ...when(project.teams !== 'none', 'read-teams'),
    ...when(project.teams === 'manage', 'manage-teams'),
    ...when(project['variable-sets'] !== 'none', 'read-variable-sets'),
    ...when(project['variable-sets'] === 'write', 'write-variable-sets'),
  ];
}

/** The rights of a team with access to a project in each of its workspaces. */
export function projectWorkspacePermissions(
  grant: Pick<Row<'team_project'>, 'access' | 'details'>,
): readonly WorkspacePermission[] {
  const { 'workspace-access': access } = projectDetails(grant);
  const isAdmin = grant.access === 'admin' || grant.access === 'maintain';
  return [
    ...(isAdmin
      ? WORKSPACE_ADMIN
      : expand({
          ...access,
          'workspace-locking': access.locking,
        })),
    ...when(access.delete, 'delete'),
    ...when(access.move, 'move'),
  ];
}

/** The rights that a flag of a team's organization access brings beside itself. */
const IMPLIED: Partial<Record<OrganizationPermission, OrganizationPermission[]>> = {
  'manage-projects': ['manage-workspaces', 'read-workspaces', 'read-projects'],
  'manage-workspaces': ['read-workspaces', 'read-projects'],
  'read-workspaces': ['read-projects'],
  'manage-teams': ['manage-membership'],
};

const isOrganizationPermission = (word: string): word is OrganizationPermission =>
  ORGANIZATION_PERMISSIONS.some((permission) => permission === word);

/** The rights of a team's members by its organization access: in the organization, its projects and its workspaces. */
export function organizationWide(organizationAccess: Record<string, boolean>) {
  const flags = Object.keys(organizationAccess)
    .filter((flag) => organizationAccess[flag] === true)
    .filter(isOrganizationPermission)
    .filter((permission) => permission !== 'owner');
  const organization = flags.flatMap((flag) => [flag, ...(IMPLIED[flag] ?? [])]);
  const has = (permission: OrganizationPermission): boolean => organization.includes(permission);
  const projects: readonly ProjectPermission[] = [
    ...when(has('read-projects'), 'read'),
    ...when(has('manage-workspaces'), 'create-workspace'),
    ...(has('manage-projects') ? PROJECT_PERMISSIONS : []),
  ];
  const workspaces: readonly WorkspacePermission[] = [
    ...(has('manage-workspaces') ? WORKSPACE_ADMIN : []),
    ...(has('read-workspaces') ? expand(WORKSPACE_LEVELS.read) : []),
    ...when(has('manage-projects'), 'move'),
    // A team with either flag must see what the policies are checked against.
    ...(has('manage-policies') || has('manage-policy-overrides') ? expand(LOWEST_WORKSPACE_DETAILS) : []),
    ...when(has('manage-policy-overrides'), 'override-policies'),
  ];
  return { organization, projects, workspaces };
}

function expand(access: WorkspaceDetails): WorkspacePermission[] {
  const { runs, variables, 'state-versions': states } = access;
  return [
    'read',
    'read-settings',
    'read-runs',
    'approve-runs',
    ...when(runs !== 'read', 'plan-runs'),
    ...when(runs === 'apply', 'apply-runs'),
    ...when(variables !== 'none', 'read-variables'),
    ...when(variables === 'write', 'write-variables'),
    ...when(states !== 'none', 'read-state-outputs'),
    ...when(states === 'read' || states === 'write', 'read-state'),
    ...when(states === 'write', 'write-state'),
    ...when(access['workspace-locking'], 'lock'),
    ...when(access['run-tasks'], 'manage-run-tasks'),
    ...when(access['policy-overrides'], 'override-policies'),
  ];
}

const when = <const Word>(condition: boolean, word: Word): Word[] => (condition ? [word] : []);

function details(
  runs: WorkspaceDetails['runs'],
  variables: WorkspaceDetails['variables'],
  states: WorkspaceDetails['state-versions'],
  mocks: WorkspaceDetails['sentinel-mocks'],
  locking: boolean,
  runTasks: boolean,
): WorkspaceDetails {
  return {
    runs,
    variables,
    'state-versions': states,
    'sentinel-mocks': mocks,
    'workspace-locking': locking,
    'run-tasks': runTasks,
    'policy-overrides': false,
  };
}

function inProject(
  level: WorkspaceDetails,
  more: { create: boolean; move: boolean; delete: boolean },
): ProjectDetails['workspace-access'] {
  return {
    ...more,
    locking: level['workspace-locking'],
    runs: level.runs,
    variables: level.variables,
    'state-versions': level['state-versions'],
    'sentinel-mocks': level['sentinel-mocks'],
    'run-tasks': level['run-tasks'],
    'policy-overrides': level['policy-overrides'],
  };
}
