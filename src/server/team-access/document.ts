import * as z from 'zod';
import { LOWEST_WORKSPACE_DETAILS, projectDetails, WORKSPACE_LEVELS } from '../access/levels.ts';
import type { Row, WorkspaceDetails } from '../database/schema.ts';
import { keptOnly } from '../http/effect.ts';
import { resource, toOne } from '../http/document-schema.ts';
import { reference } from '../http/json-api.ts';
import type { Grant } from './grant.ts';

const Runs = z.enum(['read', 'plan', 'apply'], { error: 'must be "read", "plan" or "apply"' });
const Variables = z.enum(['none', 'read', 'write'], { error: 'must be "none", "read" or "write"' });
const StateVersions = z.enum(['none', 'read-outputs', 'read', 'write'], {
  error: 'must be "none", "read-outputs", "read" or "write"',
});
const Mocks = keptOnly(z.enum(['none', 'read'], { error: 'must be "none" or "read"' }));

const WorkspaceLevel = z.enum(['read', 'plan', 'write', 'admin', 'custom'], {
  error: 'must be "read", "plan", "write", "admin" or "custom"',
});
const WorkspaceDetailsShape = {
  runs: Runs,
  variables: Variables,
  'state-versions': StateVersions,
  'sentinel-mocks': Mocks,
  'workspace-locking': z.boolean(),
  'run-tasks': z.boolean(),
  'policy-overrides': z.boolean(),
};

const ProjectLevel = z.enum(['read', 'write', 'maintain', 'admin', 'custom'], {
  error: 'must be "read", "write", "maintain", "admin" or "custom"',
});
const ProjectAccessShape = {
  settings: z.enum(['read', 'update', 'delete'], { error: 'must be "read", "update" or "delete"' }),
  teams: z.enum(['none', 'read', 'manage'], { error: 'must be "none", "read" or "manage"' }),
  'variable-sets': Variables,
};
const ProjectWorkspacesShape = {
  create: z.boolean(),
  move: z.boolean(),
  locking: z.boolean(),
  delete: z.boolean(),
  runs: Runs,
  variables: Variables,
  'state-versions': StateVersions,
  'sentinel-mocks': Mocks,
  'run-tasks': z.boolean(),
  'policy-overrides': z.boolean(),
};

/** The attributes of a request about a team's access to a workspace. */
export const WorkspaceAttributes = z
  .object(WorkspaceDetailsShape)
  .partial()
  .extend({ access: WorkspaceLevel.optional() });
/** The attributes of a request about a team's access to a project. */
export const ProjectAttributes = z.object({
  'project-access': z.object(ProjectAccessShape).partial().optional(),
  'workspace-access': z.object(ProjectWorkspacesShape).partial().optional(),
  access: ProjectLevel.optional(),
});

export const TeamWorkspaceSchema = resource(
  'team-workspaces',
  { access: WorkspaceLevel, ...WorkspaceDetailsShape },
  { team: toOne('teams'), workspace: toOne('workspaces') },
);
export const TeamProjectSchema = resource(
  'team-projects',
  {
    access: ProjectLevel,
    'project-access': z.object(ProjectAccessShape),
    'workspace-access': z.object(ProjectWorkspacesShape),
  },
  { team: toOne('teams'), project: toOne('projects') },
);

function workspaceDetails({ access, details }: Grant): WorkspaceDetails {
  const level = access as Row<'team_workspace'>['access'];
  if (level !== 'custom') return WORKSPACE_LEVELS[level];
  return (details as WorkspaceDetails | null) ?? LOWEST_WORKSPACE_DETAILS;
}

export const teamWorkspaceResource = (grant: Grant) => ({
  id: grant.id,
  type: 'team-workspaces',
  attributes: { access: grant.access, ...workspaceDetails(grant) },
  relationships: {
    team: reference('teams', grant.team_id),
    workspace: reference('workspaces', grant.subject_id),
  },
  links: { self: `/api/v2/team-workspaces/${grant.id}` },
});

export const teamProjectResource = (grant: Grant) => ({
  id: grant.id,
  type: 'team-projects',
  attributes: {
    access: grant.access,
    ...projectDetails(grant as Pick<Row<'team_project'>, 'access' | 'details'>),
  },
  relationships: {
    team: reference('teams', grant.team_id),
    project: reference('projects', grant.subject_id),
  },
  links: { self: `/api/v2/team-projects/${grant.id}` },
});
