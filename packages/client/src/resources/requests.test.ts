import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, type Client } from '../client.ts';
import { startRecordingServer, type RecordingServer } from '../testing/recording-server.ts';

/** What a call sends: method, path with query (decoded), and body. */
type Sent = readonly [line: string, body?: unknown];

let server: RecordingServer;
let client: Client;
beforeAll(async () => {
  server = await startRecordingServer();
  client = createClient({ address: server.address, token: 'secret-token' });
});
afterAll(() => server.close());

const RESOURCE = { data: { id: 'x-1', type: 'things', attributes: {} } };
const LIST = { data: [], meta: { pagination: { 'current-page': 1, 'next-page': null } } };

/** Answers lists with a list, and everything else with a resource. */
async function sentBy(call: (api: Client) => Promise<unknown>, answer: unknown): Promise<Sent> {
  const before = server.requests.length;
  server.on('*', { body: answer });
  await call(client);
  const [request, ...others] = server.requests.slice(before);
  expect(others).toEqual([]);
  const line = `${request?.method ?? ''} ${decodeURIComponent(request?.url ?? '').replace('/api/v2/', '')}`;
  return request?.body === '' ? [line] : [line, JSON.parse(request?.body ?? '') as unknown];
}

const workspaces = (...ids: string[]) => ({ data: ids.map((id) => ({ type: 'workspaces', id })) });
const data = (type: string, attributes: object, rest: object = {}) => ({
  data: { type, ...rest, attributes },
});

type Row = readonly [name: string, call: (api: Client) => Promise<unknown>, ...sent: Sent];

const CHANGES: Record<string, readonly Row[]> = {
  runs: [
    ['force-execute', (api) => api.runs.forceExecute('run-1'), 'POST runs/run-1/actions/force-execute'],
    [
      'force-cancel',
      (api) => api.runs.forceCancel('run-1', { comment: 'x' }),
      'POST runs/run-1/actions/force-cancel',
      { comment: 'x' },
    ],
    [
      'comment',
      (api) => api.runs.comment('run-1', 'hello'),
      'POST runs/run-1/comments',
      data('comments', { body: 'hello' }),
    ],
    [
      'override a policy',
      (api) => api.policyChecks.override('polchk-1'),
      'POST policy-checks/polchk-1/actions/override',
    ],
    [
      'override tasks',
      (api) => api.taskStages.override('ts-1', { comment: 'ok' }),
      'POST task-stages/ts-1/actions/override',
      { comment: 'ok' },
    ],
  ],
  workspaces: [
    [
      'create in a project',
      (api) => api.workspaces.create('acme', { name: 'a' }, { projectId: 'prj-1' }),
      'POST organizations/acme/workspaces',
      data(
        'workspaces',
        { name: 'a' },
        { relationships: { project: { data: { type: 'projects', id: 'prj-1' } } } },
      ),
    ],
    [
      'update what is named only',
      (api) => api.workspaces.updateByName('acme', 'a', { description: 'd' }),
      'PATCH organizations/acme/workspaces/a',
      data('workspaces', { description: 'd' }),
    ],
    ['delete', (api) => api.workspaces.deleteByName('acme', 'a'), 'DELETE organizations/acme/workspaces/a'],
    [
      'safe delete',
      (api) => api.workspaces.safeDeleteByName('acme', 'a'),
      'POST organizations/acme/workspaces/a/actions/safe-delete',
    ],
    [
      'lock',
      (api) => api.workspaces.lock('ws-1', { reason: 'r' }),
      'POST workspaces/ws-1/actions/lock',
      { reason: 'r' },
    ],
    ['unlock', (api) => api.workspaces.unlock('ws-1'), 'POST workspaces/ws-1/actions/unlock'],
    [
      'force-unlock',
      (api) => api.workspaces.forceUnlock('ws-1'),
      'POST workspaces/ws-1/actions/force-unlock',
    ],
    [
      'assign a key',
      (api) => api.workspaces.assignSshKey('ws-1', 'sshkey-1'),
      'PATCH workspaces/ws-1/relationships/ssh-key',
      data('workspaces', { id: 'sshkey-1' }),
    ],
    [
      'take a key away',
      (api) => api.workspaces.assignSshKey('ws-1', null),
      'PATCH workspaces/ws-1/relationships/ssh-key',
      data('workspaces', { id: null }),
    ],
    [
      'tag',
      (api) => api.workspaces.addTags('ws-1', ['a']),
      'POST workspaces/ws-1/relationships/tags',
      { data: [{ type: 'tags', attributes: { name: 'a' } }] },
    ],
    [
      'untag',
      (api) => api.workspaces.removeTags('ws-1', ['a']),
      'DELETE workspaces/ws-1/relationships/tags',
      { data: [{ type: 'tags', attributes: { name: 'a' } }] },
    ],
    [
      'add consumers',
      (api) => api.workspaces.addRemoteStateConsumers('ws-1', ['ws-2']),
      'POST workspaces/ws-1/relationships/remote-state-consumers',
      workspaces('ws-2'),
    ],
    [
      'replace consumers',
      (api) => api.workspaces.replaceRemoteStateConsumers('ws-1', []),
      'PATCH workspaces/ws-1/relationships/remote-state-consumers',
      workspaces(),
    ],
    ['assess', (api) => api.assessments.start('ws-1'), 'POST workspaces/ws-1/actions/assess'],
    [
      'trigger',
      (api) => api.runTriggers.create('ws-1', 'ws-2'),
      'POST workspaces/ws-1/run-triggers',
      {
        data: {
          type: 'run-triggers',
          relationships: { sourceable: { data: { type: 'workspaces', id: 'ws-2' } } },
        },
      },
    ],
    [
      'notify',
      (api) =>
        api.notificationConfigurations.create('ws-1', {
          name: 'n',
          'destination-type': 'email',
          users: ['user-1'],
        }),
      'POST workspaces/ws-1/notification-configurations',
      data(
        'notification-configurations',
        { name: 'n', 'destination-type': 'email' },
        { relationships: { users: { data: [{ type: 'users', id: 'user-1' }] } } },
      ),
    ],
    [
      'verify',
      (api) => api.notificationConfigurations.verify('nc-1'),
      'POST notification-configurations/nc-1/actions/verify',
    ],
    [
      'archive',
      (api) => api.configurationVersions.archive('cv-1'),
      'POST configuration-versions/cv-1/actions/archive',
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

const READS: readonly Row[] = [
  ['account', (api) => api.account.details(), 'GET account/details'],
  ['organization capacity', (api) => api.organizations.capacity('acme'), 'GET organizations/acme/capacity'],
  [
    'workspace',
    (api) => api.workspaces.read('ws-1', { include: ['project'] }),
    'GET workspaces/ws-1?include=project',
  ],
  ['variable set', (api) => api.variableSets.read('varset-1'), 'GET varsets/varset-1'],
  ['current state', (api) => api.stateVersions.current('ws-1'), 'GET workspaces/ws-1/current-state-version'],
  ['output', (api) => api.stateVersions.readOutput('wsout-1'), 'GET state-version-outputs/wsout-1'],
  ['cost estimate', (api) => api.costEstimates.read('ce-1'), 'GET cost-estimates/ce-1'],
  ['assessment', (api) => api.assessments.current('ws-1'), 'GET workspaces/ws-1/current-assessment-result'],
  ['comment', (api) => api.runs.readComment('wsc-1'), 'GET comments/wsc-1'],
  ['event', (api) => api.runs.readEvent('re-1'), 'GET run-events/re-1'],
  [
    'token of an organization',
    (api) => api.tokens.ofOrganization.read('acme'),
    'GET organizations/acme/authentication-token',
  ],
  ['agent', (api) => api.agentPools.readAgent('agent-1'), 'GET agents/agent-1'],
];

const LISTS: readonly Row[] = [
  [
    'runs of an organization',
    (api) =>
      api.runs.listInOrganization('acme', { statusGroup: 'final', workspaceNames: ['a', 'b'], pageSize: 5 }),
    'GET organizations/acme/runs?page[size]=5&filter[status_group]=final&filter[workspace_names]=a,b',
  ],
  ['run queue', (api) => api.organizations.runQueue('acme'), 'GET organizations/acme/runs/queue'],
  [
    'organizations',
    (api) => api.organizations.list({ q: 'a', queryEmail: 'e', queryName: 'n' }),
    'GET organizations?q=a&q[email]=e&q[name]=n',
  ],
  [
    'workspaces',
    (api) => api.workspaces.list('acme', { search: 'net', tags: ['a', 'b'], sort: '-name', pageNumber: 2 }),
    'GET organizations/acme/workspaces?page[number]=2&search[name]=net&search[tags]=a,b&sort=-name',
  ],
  [
    'projects',
    (api) =>
      api.projects.list('acme', {
        q: 'p',
        names: 'n',
        canUpdate: true,
        canCreateWorkspace: false,
        sort: 'name',
      }),
    'GET organizations/acme/projects?q=p&filter[names]=n&filter[permissions][update]=true&filter[permissions][create-workspace]=false&sort=name',
  ],
  [
    'effective tags',
    (api) => api.workspaces.effectiveTagBindings('ws-1'),
    'GET workspaces/ws-1/effective-tag-bindings',
  ],
  [
    'state versions',
    (api) => api.stateVersions.list({ organization: 'acme', workspace: 'a', status: 'finalized' }),
    'GET state-versions?filter[organization][name]=acme&filter[workspace][name]=a&filter[status]=finalized',
  ],
  ['all variables', (api) => api.variables.listAll('ws-1'), 'GET workspaces/ws-1/all-vars'],
  ['team access', (api) => api.teamAccess.list('ws-1'), 'GET team-workspaces?filter[workspace][id]=ws-1'],
  [
    'run triggers',
    (api) => api.runTriggers.list('ws-1', 'inbound'),
    'GET workspaces/ws-1/run-triggers?filter[run-trigger][type]=inbound',
  ],
  ['memberships', (api) => api.memberships.mine(), 'GET organization-memberships'],
  ['policy checks', (api) => api.policyChecks.ofRun('run-1'), 'GET runs/run-1/policy-checks'],
  ['task stages', (api) => api.taskStages.ofRun('run-1'), 'GET runs/run-1/task-stages'],
];

describe.each(Object.entries(CHANGES))('%s', (_, rows) => {
  test.each(rows)('%s', async (_name, call, ...sent) => {
    expect(await sentBy(call, RESOURCE)).toEqual(sent);
  });
});

test.each(READS)('reads: %s', async (_, call, ...sent) => {
  expect(await sentBy(call, RESOURCE)).toEqual(sent);
});

test.each(LISTS)('lists: %s', async (_, call, ...sent) => {
  expect(await sentBy(call, LIST)).toEqual(sent);
});

test('binding tags sends only the tags named', async () => {
  const sent = await sentBy((api) => api.projects.setTagBindings('prj-1', [{ key: 'k', value: 'v' }]), LIST);
  expect(sent).toEqual([
    'PATCH projects/prj-1/tag-bindings',
    { data: [{ type: 'tag-bindings', attributes: { key: 'k', value: 'v' } }] },
  ]);
});
