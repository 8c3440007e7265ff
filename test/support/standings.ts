/**
 * Every kind of caller, and its permissions in one organization, one of its projects and one workspace in that project.
 * test/server/permissions.test.ts checks them on every route, and docs/permissions.md shows them.
 */
import {
  EVERYTHING,
  ORGANIZATION_TOKEN,
  organizationWide,
  LOWEST_PROJECT_DETAILS,
  LOWEST_WORKSPACE_DETAILS,
  projectPermissions,
  projectWorkspacePermissions,
  workspacePermissions,
} from '../../src/server/access/levels.ts';
import type { Row } from '../../src/server/database/schema.ts';
import type { Permission } from '../../src/server/http/permission.ts';
import { ORGANIZATION_ACCESS } from '../../src/server/teams/document.ts';

export type WorkspaceLevel = Row<'team_workspace'>['access'];
export type ProjectLevel = Row<'team_project'>['access'];

/** How a caller gets its permissions, which is what a test has to set up. */
export type Standing =
  | { kind: 'site-admin' | 'owner' | 'member' | 'stranger' }
  | { kind: 'organization-token' | 'audit-token' | 'run-token' | 'task-token' | 'agent-token' }
  | { kind: 'workspace-level' | 'team-token'; level: WorkspaceLevel }
  | { kind: 'project-level'; level: ProjectLevel }
  | { kind: 'organization-access'; flag: (typeof ORGANIZATION_ACCESS)[number] };

const WORKSPACE_LEVELS = ['read', 'plan', 'write', 'admin', 'custom'] as const;
const PROJECT_LEVELS = ['read', 'write', 'maintain', 'admin', 'custom'] as const;

export const STANDINGS: readonly Standing[] = [
  { kind: 'site-admin' },
  { kind: 'owner' },
  { kind: 'member' },
  { kind: 'stranger' },
  ...WORKSPACE_LEVELS.map((level) => ({ kind: 'workspace-level', level }) as const),
  ...PROJECT_LEVELS.map((level) => ({ kind: 'project-level', level }) as const),
  ...ORGANIZATION_ACCESS.map((flag) => ({ kind: 'organization-access', flag }) as const),
  { kind: 'team-token', level: 'write' },
  { kind: 'organization-token' },
  { kind: 'audit-token' },
  { kind: 'run-token' },
  { kind: 'task-token' },
  { kind: 'agent-token' },
];

export function nameOf(standing: Standing): string {
  if ('level' in standing) return `${standing.kind} ${standing.level}`;
  return 'flag' in standing ? standing.flag : standing.kind;
}

interface Rights {
  organization: readonly string[];
  project: readonly string[];
  workspace: readonly string[];
}

const MEMBER = ['member', 'read-entitlements', 'read-registry'];

function rightsOf(standing: Standing): Rights {
  switch (standing.kind) {
    case 'site-admin':
    case 'owner':
      return fromLevels(EVERYTHING);
    case 'organization-token':
      return fromLevels(ORGANIZATION_TOKEN);
    case 'member':
      return { organization: MEMBER, project: [], workspace: [] };
    case 'stranger':
    case 'task-token':
    case 'agent-token':
      return { organization: [], project: [], workspace: [] };
    case 'audit-token':
      return { organization: ['read-audit-trail'], project: [], workspace: [] };
    case 'run-token':
      return {
        organization: ['read-entitlements', 'read-registry'],
        project: [],
        workspace: ['read', 'read-state', 'read-state-outputs'],
      };
    case 'workspace-level':
    case 'team-token': {
      const details = standing.level === 'custom' ? LOWEST_WORKSPACE_DETAILS : null;
      const workspace = workspacePermissions({ access: standing.level, details });
      // Access to a workspace includes seeing its project.
      return { organization: MEMBER, project: ['read'], workspace };
    }
    case 'project-level': {
      const details = standing.level === 'custom' ? LOWEST_PROJECT_DETAILS : null;
      const grant = { access: standing.level, details };
      return {
        organization: MEMBER,
        project: projectPermissions(grant),
        workspace: projectWorkspacePermissions(grant),
      };
    }
    case 'organization-access': {
      const wide = fromLevels(organizationWide({ [standing.flag]: true }));
      return { ...wide, organization: [...MEMBER, ...wide.organization] };
    }
  }
}

const fromLevels = (levels: {
  organization: readonly string[];
  projects: readonly string[];
  workspaces: readonly string[];
}): Rights => ({
  organization: levels.organization,
  project: levels.projects,
  workspace: levels.workspaces,
});

const PEOPLE = new Set(['site-admin', 'owner', 'member', 'stranger']);
const ON_LEVELS = new Set(['workspace-level', 'project-level', 'organization-access']);

/** Whether an endpoint that asks for this permission accepts a caller with this standing. */
export function isAllowed(standing: Standing, permission: Permission): boolean {
  const { kind } = standing;
  const rights = rightsOf(standing);
  const hasAny = (...words: string[]): boolean => words.some((word) => rights.organization.includes(word));
  const isPerson = PEOPLE.has(kind) || ON_LEVELS.has(kind);
  const special: Partial<Record<Permission, boolean>> = {
    account: isPerson || kind === 'team-token' || kind === 'organization-token',
    self: isPerson,
    'site-admin': kind === 'site-admin',
    // For a secret team that the caller is not a member of.
    'team:read': hasAny(
      'manage-teams',
      'manage-membership',
      'manage-organization-access',
      'access-secret-teams',
    ),
    'team:manage-token': hasAny('manage-teams'),
    // For the organization's own tokens.
    token: hasAny('owner'),
  };
  const [scope, word = ''] = permission.split(':') as [keyof Rights, string];
  return special[permission] ?? rights[scope].includes(word);
}
