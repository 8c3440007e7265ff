import { z } from 'zod';
import { LOWEST_WORKSPACE_DETAILS, projectDetails, WORKSPACE_LEVELS } from '../access/levels.ts';
import type { Row, WorkspaceDetails } from '../database/schema.ts';
import { keptOnly } from '../http/effect.ts';
import { resource, toOne } from '../http/document-schema.ts';
import { reference } from '../http/json-api.ts';

const Runs = z.enum(['read', 'plan', 'apply'], { error: 'must be "read", "plan" or "apply"' });
const Variables = z.enum(['none', 'read', 'write'], { error: 'must be "none", "read" or "write"' });
const StateVersions = z.enum(['none', 'read-outputs', 'read', 'write'], {
  error: 'must be "none", "read-outputs", "read" or "write"',
});
const Mocks = keptOnly(z.enum(['none', 'read'], { error: 'must be "none" or "read"' }));
/** Rights over what is not here yet. */
const Later = keptOnly(z.boolean());

export const WorkspaceLevel = z.enum(['read', 'plan', 'write', 'admin', 'custom'], {
  error: 'must be "read", "plan", "write", "admin" or "custom"',
});
export const WorkspaceDetailsShape = {
  runs: Runs,
  variables: Variables,
  'state-versions': StateVersions,
  'sentinel-mocks': Mocks,
  'workspace-locking': z.boolean(),
  'run-tasks': Later,
  'policy-overrides': Later,
};

export const ProjectLevel = z.enum(['read', 'write', 'maintain', 'admin', 'custom'], {
  error: 'must be "read", "write", "maintain", "admin" or "custom"',
});
export const ProjectAccessShape = {
  settings: z.enum(['read', 'update', 'delete'], { error: 'must be "read", "update" or "delete"' }),
  teams: z.enum(['none', 'read', 'manage'], { error: 'must be "none", "read" or "manage"' }),
  'variable-sets': Variables,
};
export const ProjectWorkspacesShape = {
  create: z.boolean(),
  move: z.boolean(),
  locking: z.boolean(),
  delete: z.boolean(),
  runs: Runs,
  variables: Variables,
  'state-versions': StateVersions,
  'sentinel-mocks': Mocks,
  'run-tasks': Later,
  'policy-overrides': Later,
};

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

export const workspaceDetails = (
  grant: Pick<Row<'team_workspace'>, 'access' | 'details'>,
): WorkspaceDetails =>
  grant.access === 'custom' ? (grant.details ?? LOWEST_WORKSPACE_DETAILS) : WORKSPACE_LEVELS[grant.access];

export const teamWorkspaceResource = (grant: Row<'team_workspace'>) => ({
  id: grant.id,
  type: 'team-workspaces',
  attributes: { access: grant.access, ...workspaceDetails(grant) },
  relationships: {
    team: reference('teams', grant.team_id),
    workspace: reference('workspaces', grant.workspace_id),
  },
  links: { self: `/api/v2/team-workspaces/${grant.id}` },
});

export const teamProjectResource = (grant: Row<'team_project'>) => ({
  id: grant.id,
  type: 'team-projects',
  attributes: { access: grant.access, ...projectDetails(grant) },
  relationships: {
    team: reference('teams', grant.team_id),
    project: reference('projects', grant.project_id),
  },
  links: { self: `/api/v2/team-projects/${grant.id}` },
});
