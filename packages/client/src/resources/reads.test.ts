import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIST, RESOURCE, startCallRecorder, type CallRecorder, type CallRow } from '../testing/sent-by.ts';

let recorder: CallRecorder;
beforeAll(async () => {
  recorder = await startCallRecorder();
});
afterAll(() => recorder.close());

const NETWORK = { organization: 'acme', name: 'network', provider: 'aws' };

const READS: readonly CallRow[] = [
  ['account', (api) => api.account.details(), 'GET account/details'],
  ['organization capacity', (api) => api.organizations.capacity('acme'), 'GET organizations/acme/capacity'],
  [
    'workspace',
    (api) => api.workspaces.read('ws-1', { include: ['project'] }),
    'GET workspaces/ws-1?include=project',
  ],
  ['variable set', (api) => api.variableSets.read('varset-1'), 'GET varsets/varset-1'],
  ['current state', (api) => api.stateVersions.current('ws-1'), 'GET workspaces/ws-1/current-state-version'],
  [
    'state with its outputs',
    (api) => api.stateVersions.document('sv-1', { include: ['outputs'] }),
    'GET state-versions/sv-1?include=outputs',
  ],
  ['output', (api) => api.stateVersions.readOutput('wsout-1'), 'GET state-version-outputs/wsout-1'],
  ['approvals', (api) => api.approvals.ofRun('run-1'), 'GET runs/run-1/approvals'],
  ['cost estimate', (api) => api.costEstimates.read('ce-1'), 'GET cost-estimates/ce-1'],
  ['policy set', (api) => api.policySets.read('polset-1'), 'GET policy-sets/polset-1'],
  [
    'version of a module',
    (api) => api.registryModules.readVersion(NETWORK, '1.0.0'),
    'GET organizations/acme/registry-modules/private/acme/network/aws/version?module_version=1.0.0',
  ],
  [
    'details of a module',
    (api) => api.registryModules.describe(NETWORK, '1.0.0'),
    'GET /api/registry/v1/modules/acme/network/aws/1.0.0',
  ],
  [
    'version of a provider',
    (api) => api.registryProviders.readVersion({ organization: 'acme', name: 'own' }, '1.0.0'),
    'GET organizations/acme/registry-providers/private/acme/own/versions/1.0.0',
  ],
  [
    'key',
    (api) => api.gpgKeys.read('acme', '32966F3FB5D2AF4E'),
    'GET /api/registry/private/v2/gpg-keys/acme/32966F3FB5D2AF4E',
  ],
  ['price book', (api) => api.priceBooks.read('pbook-1'), 'GET price-books/pbook-1'],
  ['assessment', (api) => api.assessments.current('ws-1'), 'GET workspaces/ws-1/current-assessment-result'],
  [
    'run events',
    (api) => api.runEvents.open({ run: 'run-1' }, { after: '7-1' }),
    'GET events?run=run-1&after=7-1',
  ],
  [
    'log stream',
    (api) => api.plans.openLogStream('plan-1', { offset: 12 }),
    'GET plans/plan-1/log-stream?offset=12',
  ],
  ['provenance', (api) => api.runProvenances.ofRun('run-1'), 'GET runs/run-1/provenance'],
  ['risk summary', (api) => api.riskSummaries.ofRun('run-1'), 'GET runs/run-1/risk-summary'],
  ['comment', (api) => api.runs.readComment('wsc-1'), 'GET comments/wsc-1'],
  ['event', (api) => api.runs.readEvent('re-1'), 'GET run-events/re-1'],
  [
    'token of an organization',
    (api) => api.tokens.ofOrganization.read('acme'),
    'GET organizations/acme/authentication-token',
  ],
  ['agent', (api) => api.agentPools.readAgent('agent-1'), 'GET agents/agent-1'],
];

const LISTS: readonly CallRow[] = [
  [
    'policy set outcomes',
    (api) => api.policyEvaluations.outcomes('poleval-1'),
    'GET policy-evaluations/poleval-1/policy-set-outcomes',
  ],
  [
    'modules',
    (api) => api.registryModules.list('acme', { q: 'net' }),
    'GET organizations/acme/registry-modules?q=net',
  ],
  [
    'provider stores of a pool',
    (api) => api.providerStores.listOfPool('apool-1'),
    'GET agent-pools/apool-1/provider-stores',
  ],
  [
    'orders for a store',
    (api) => api.providerStores.listOrders('pstore-1'),
    'GET provider-stores/pstore-1/orders',
  ],
  [
    'kept providers with a word',
    (api) => api.providerStores.list('pstore-1', { q: 'aws' }),
    'GET provider-stores/pstore-1/kept-providers?q=aws',
  ],
  [
    'mirrored providers',
    (api) => api.mirroredProviders.list('acme', { q: 'aws' }),
    'GET organizations/acme/mirrored-providers?q=aws',
  ],
  ['providers', (api) => api.registryProviders.list('acme'), 'GET organizations/acme/registry-providers'],
  ['keys', (api) => api.gpgKeys.list('acme'), 'GET /api/registry/private/v2/gpg-keys?filter[namespace]=acme'],
  ['wait reasons', (api) => api.waitReasons.ofRun('run-1'), 'GET runs/run-1/wait-reasons'],
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
  [
    'resources',
    (api) => api.workspaces.resources('ws-1', { search: 'a' }),
    'GET workspaces/ws-1/resources?q=a',
  ],
  [
    'changes of a resource',
    (api) => api.workspaces.resourceChanges('ws-1', { address: 'a.b[0]', include: ['run'] }),
    'GET workspaces/ws-1/resource-changes?filter[address]=a.b[0]&include=run',
  ],
  [
    'all variables',
    (api) => api.variables.listAll('ws-1', { include: ['overwritten', 'varset'] }),
    'GET workspaces/ws-1/all-vars?include=overwritten,varset',
  ],
  ['team access', (api) => api.teamAccess.list('ws-1'), 'GET team-workspaces?filter[workspace][id]=ws-1'],
  [
    'run triggers',
    (api) => api.runTriggers.list('ws-1', 'inbound'),
    'GET workspaces/ws-1/run-triggers?filter[run-trigger][type]=inbound',
  ],
  ['memberships', (api) => api.memberships.mine(), 'GET organization-memberships'],
  ['policy checks', (api) => api.policyChecks.ofRun('run-1'), 'GET runs/run-1/policy-checks'],
  ['task stages', (api) => api.taskStages.ofRun('run-1'), 'GET runs/run-1/task-stages'],
  ['run tasks', (api) => api.runTasks.list('acme'), 'GET organizations/acme/tasks'],
  [
    'where a run task is attached',
    (api) => api.runTasks.workspaceTasks('task-1'),
    'GET tasks/task-1/relationships/workspace-tasks',
  ],
  ['tasks of a workspace', (api) => api.workspaceTasks.list('ws-1'), 'GET workspaces/ws-1/tasks'],
  [
    'configuration files',
    (api) => api.configurationVersions.files('cv-1'),
    'GET configuration-versions/cv-1/files',
  ],
  ['outcomes', (api) => api.taskResults.outcomes('taskrs-1'), 'GET task-results/taskrs-1/outcomes'],
];

for (const [name, call, ...sent] of READS) {
  test(`reads: ${name}`, async () => {
    expect(await recorder.sentBy(call, RESOURCE)).toEqual(sent);
  });
}

for (const [name, call, ...sent] of LISTS) {
  test(`lists: ${name}`, async () => {
    expect(await recorder.sentBy(call, LIST)).toEqual(sent);
  });
}
