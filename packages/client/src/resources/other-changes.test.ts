import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESOURCE, LIST, startCallRecorder, type CallRecorder, type CallRow } from '../testing/sent-by.ts';

let recorder: CallRecorder;
beforeAll(async () => {
  recorder = await startCallRecorder();
});
afterAll(() => recorder.close());

const workspaces = (...ids: string[]) => ({ data: ids.map((id) => ({ type: 'workspaces', id })) });
const data = (type: string, attributes: object, rest: object = {}) => ({
  data: { type, ...rest, attributes },
});

const CHANGES: Record<string, readonly CallRow[]> = {
  'run tasks': [
    [
      'create',
      (api) => api.runTasks.create('acme', { name: 'scanner', url: 'https://example.com' }),
      'POST organizations/acme/tasks',
      data('tasks', { category: 'task', name: 'scanner', url: 'https://example.com' }),
    ],
    [
      'update',
      (api) => api.runTasks.update('task-1', { enabled: false }),
      'PATCH tasks/task-1',
      data('tasks', { enabled: false }, { id: 'task-1' }),
    ],
    ['delete', (api) => api.runTasks.delete('task-1'), 'DELETE tasks/task-1'],
    [
      'attach',
      (api) => api.workspaceTasks.attach('ws-1', 'task-1', { stages: ['pre_plan'] }),
      'POST workspaces/ws-1/tasks',
      data(
        'workspace-tasks',
        { stages: ['pre_plan'] },
        { relationships: { task: { data: { type: 'tasks', id: 'task-1' } } } },
      ),
    ],
    [
      'change how it is attached',
      (api) => api.workspaceTasks.update('ws-1', 'wstask-1', { 'enforcement-level': 'advisory' }),
      'PATCH workspaces/ws-1/tasks/wstask-1',
      data('workspace-tasks', { 'enforcement-level': 'advisory' }, { id: 'wstask-1' }),
    ],
    [
      'detach',
      (api) => api.workspaceTasks.detach('ws-1', 'wstask-1'),
      'DELETE workspaces/ws-1/tasks/wstask-1',
    ],
  ],
  variables: [
    [
      'create',
      (api) => api.variables.create('ws-1', { key: 'k', category: 'env', value: 'v' }),
      'POST workspaces/ws-1/vars',
      data('vars', { key: 'k', category: 'env', value: 'v' }),
    ],
    [
      'update',
      (api) => api.variables.update('ws-1', 'var-1', { value: 'v' }),
      'PATCH workspaces/ws-1/vars/var-1',
      data('vars', { value: 'v' }, { id: 'var-1' }),
    ],
    ['delete', (api) => api.variables.delete('ws-1', 'var-1'), 'DELETE workspaces/ws-1/vars/var-1'],
    [
      'create a set',
      (api) => api.variableSets.create('acme', { name: 's', global: true }),
      'POST organizations/acme/varsets',
      data('varsets', { name: 's', global: true }),
    ],
    [
      'update a set',
      (api) => api.variableSets.update('varset-1', { priority: true }),
      'PATCH varsets/varset-1',
      data('varsets', { priority: true }, { id: 'varset-1' }),
    ],
    [
      'assign',
      (api) => api.variableSets.assignToWorkspaces('varset-1', ['ws-1']),
      'POST varsets/varset-1/relationships/workspaces',
      workspaces('ws-1'),
    ],
    [
      'unassign',
      (api) => api.variableSets.unassignFromProjects('varset-1', ['prj-1']),
      'DELETE varsets/varset-1/relationships/projects',
      { data: [{ type: 'projects', id: 'prj-1' }] },
    ],
    [
      'create in a set',
      (api) => api.variableSets.createVariable('varset-1', { key: 'k', category: 'terraform' }),
      'POST varsets/varset-1/relationships/vars',
      data('vars', { key: 'k', category: 'terraform' }),
    ],
    [
      'update in a set',
      (api) => api.variableSets.updateVariable('varset-1', 'var-1', { hcl: true }),
      'PATCH varsets/varset-1/relationships/vars/var-1',
      data('vars', { hcl: true }, { id: 'var-1' }),
    ],
    [
      'delete in a set',
      (api) => api.variableSets.deleteVariable('varset-1', 'var-1'),
      'DELETE varsets/varset-1/relationships/vars/var-1',
    ],
  ],
  states: [
    [
      'create',
      (api) => api.stateVersions.create('ws-1', { serial: 1, md5: 'f', runId: 'run-1' }),
      'POST workspaces/ws-1/state-versions',
      data(
        'state-versions',
        { serial: 1, md5: 'f' },
        { relationships: { run: { data: { type: 'runs', id: 'run-1' } } } },
      ),
    ],
    [
      'roll back',
      (api) => api.stateVersions.rollback('ws-1', 'sv-1'),
      'PATCH workspaces/ws-1/state-versions',
      {
        data: {
          type: 'state-versions',
          relationships: { 'rollback-state-version': { data: { type: 'state-versions', id: 'sv-1' } } },
        },
      },
    ],
  ],
  organizations: [
    [
      'update',
      (api) => api.organizations.update('acme', { email: 'e' }),
      'PATCH organizations/acme',
      data('organizations', { email: 'e' }, { id: 'acme' }),
    ],
    ['delete', (api) => api.organizations.delete('acme'), 'DELETE organizations/acme'],
    [
      'accept an invitation',
      (api) => api.memberships.accept('ou-1'),
      'POST organization-memberships/ou-1/actions/accept',
    ],
    [
      'invite',
      (api) => api.memberships.invite('acme', 'e', ['team-1']),
      'POST organizations/acme/organization-memberships',
      data(
        'organization-memberships',
        { email: 'e' },
        { relationships: { teams: { data: [{ type: 'teams', id: 'team-1' }] } } },
      ),
    ],
    [
      'create a project',
      (api) => api.projects.create('acme', { name: 'p', tagBindings: [{ key: 'k', value: 'v' }] }),
      'POST organizations/acme/projects',
      data(
        'projects',
        { name: 'p' },
        {
          relationships: {
            'tag-bindings': { data: [{ type: 'tag-bindings', attributes: { key: 'k', value: 'v' } }] },
          },
        },
      ),
    ],
    [
      'move workspaces',
      (api) => api.projects.moveWorkspaces('prj-1', ['ws-1']),
      'POST projects/prj-1/relationships/workspaces',
      workspaces('ws-1'),
    ],
    [
      'create a team',
      (api) => api.teams.create('acme', { name: 't' }),
      'POST organizations/acme/teams',
      data('teams', { name: 't' }),
    ],
    [
      'add users',
      (api) => api.teams.addUsers('team-1', ['ann']),
      'POST teams/team-1/relationships/users',
      { data: [{ type: 'users', id: 'ann' }] },
    ],
    [
      'give access',
      (api) => api.teamAccess.add('team-1', 'ws-1', { access: 'write' }),
      'POST team-workspaces',
      data(
        'team-workspaces',
        { access: 'write' },
        {
          relationships: {
            team: { data: { type: 'teams', id: 'team-1' } },
            workspace: { data: { type: 'workspaces', id: 'ws-1' } },
          },
        },
      ),
    ],
    [
      'change project access',
      (api) => api.teamProjectAccess.update('tprj-1', { access: 'read' }),
      'PATCH team-projects/tprj-1',
      data('team-projects', { access: 'read' }, { id: 'tprj-1' }),
    ],
    [
      'make a token',
      (api) => api.tokens.ofTeam.create('team-1', { description: 'd' }),
      'POST teams/team-1/authentication-tokens',
      data('authentication-tokens', { description: 'd' }),
    ],
    ['end a token', (api) => api.tokens.delete('at-1'), 'DELETE authentication-tokens/at-1'],
    [
      'make a pool',
      (api) => api.agentPools.create('acme', { name: 'p', allowedWorkspaces: ['ws-1'] }),
      'POST organizations/acme/agent-pools',
      data('agent-pools', { name: 'p' }, { relationships: { 'allowed-workspaces': workspaces('ws-1') } }),
    ],
    ['drain an agent', (api) => api.agentPools.drainAgent('agent-1'), 'POST agents/agent-1/actions/drain'],
    ['resume an agent', (api) => api.agentPools.resumeAgent('agent-1'), 'POST agents/agent-1/actions/resume'],
    [
      'make a key',
      (api) => api.sshKeys.create('acme', { name: 'k', value: 'v' }),
      'POST organizations/acme/ssh-keys',
      data('ssh-keys', { name: 'k', value: 'v' }),
    ],
    [
      'rename myself',
      (api) => api.account.update({ username: 'u' }),
      'PATCH account/update',
      data('users', { username: 'u' }),
    ],
  ],
};

for (const [group, rows] of Object.entries(CHANGES)) {
  describe(group, () => {
    for (const [name, call, ...sent] of rows) {
      test(name, async () => {
        expect(await recorder.sentBy(call, RESOURCE)).toEqual(sent);
      });
    }
  });
}

test('binding tags sends only the tags named', async () => {
  const sent = await recorder.sentBy(
    (api) => api.projects.setTagBindings('prj-1', [{ key: 'k', value: 'v' }]),
    LIST,
  );
  expect(sent).toEqual([
    'PATCH projects/prj-1/tag-bindings',
    { data: [{ type: 'tag-bindings', attributes: { key: 'k', value: 'v' } }] },
  ]);
});
