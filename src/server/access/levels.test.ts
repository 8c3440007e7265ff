import { expect, test } from 'vitest';
import type { WorkspacePermission } from '../http/permission.ts';
import {
  organizationWide,
  projectPermissions,
  projectWorkspacePermissions,
  workspacePermissions,
} from './levels.ts';

/** The table of api-contract §5.9, row by row. */
const TABLE: Record<'read' | 'plan' | 'write' | 'admin', WorkspacePermission[]> = {
  read: [
    'read',
    'read-settings',
    'read-runs',
    'approve-runs',
    'read-variables',
    'read-state-outputs',
    'read-state',
  ],
  plan: [
    'read',
    'read-settings',
    'read-runs',
    'approve-runs',
    'plan-runs',
    'read-variables',
    'read-state-outputs',
    'read-state',
  ],
  write: [
    ...([
      'read',
      'read-settings',
      'read-runs',
      'approve-runs',
      'plan-runs',
      'apply-runs',
      'read-variables',
      'write-variables',
    ] as const),
    ...(['read-state-outputs', 'read-state', 'write-state', 'lock'] as const),
  ],
  admin: [
    ...([
      'read',
      'read-settings',
      'read-runs',
      'approve-runs',
      'plan-runs',
      'apply-runs',
      'force-cancel-runs',
    ] as const),
    ...([
      'read-variables',
      'write-variables',
      'read-state-outputs',
      'read-state',
      'write-state',
      'lock',
    ] as const),
    ...(['manage-run-tasks', 'read-plan-json', 'delete', 'admin'] as const),
  ],
};

test.each(['read', 'plan', 'write', 'admin'] as const)('the %s level equals the table', (access) => {
  const permissions = workspacePermissions({ access, details: null });
  expect([...permissions].sort()).toEqual([...TABLE[access]].sort());
});

test('a custom level gives the permissions of its details and no more', () => {
  const details = {
    runs: 'plan',
    variables: 'none',
    'state-versions': 'read-outputs',
    'sentinel-mocks': 'none',
    'workspace-locking': true,
    'run-tasks': false,
    'policy-overrides': true,
  } as const;
  expect([...workspacePermissions({ access: 'custom', details })].sort()).toEqual(
    [
      'read',
      'read-settings',
      'read-runs',
      'approve-runs',
      'plan-runs',
      'read-state-outputs',
      'lock',
      'override-policies',
    ].sort(),
  );
});

test('a maintainer of a project administers its workspaces and not the project', () => {
  const grant = { access: 'maintain', details: null } as const;
  expect(projectPermissions(grant)).toEqual([
    'read',
    'create-workspace',
    'read-variable-sets',
    'write-variable-sets',
  ]);
  const inWorkspaces = projectWorkspacePermissions(grant);
  expect(inWorkspaces).toContain('admin');
  expect(inWorkspaces).not.toContain('move');
});

test('no flag makes an owner, and an unknown flag brings nothing', () => {
  expect(organizationWide({ owner: true, member: false, everything: true })).toEqual({
    organization: [],
    projects: [],
    workspaces: [],
  });
});
