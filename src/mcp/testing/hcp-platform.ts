import type { Reply } from '../../../packages/client/src/testing/recording-server.ts';
import { startFakePlatform, type FakePlatform, type Overrides } from './fake-platform.ts';
import { IDS } from './fake-resources.ts';

const { run, workspace, plan, apply, cost, state, output } = IDS;
const organization = 'acme';
const USER = 'user-AbCdEfGhIjKlMnOp';

const to = (type: string, id: string, path = `/api/v2/${type}/${id}`) => ({
  data: { id, type },
  links: { related: path },
});
/** A relationship that has only an address. */
const at = (path: string) => ({ links: { related: path } });

/** A run as the platform's documentation shows it, without the further attributes of this project's server. */
export const hcpRun = (status: string, more: object = {}) => ({
  id: run,
  type: 'runs',
  attributes: {
    actions: {
      'is-cancelable': false,
      'is-confirmable': ['planned', 'cost_estimated', 'policy_checked'].includes(status),
      'is-discardable': ['planned', 'cost_estimated', 'policy_checked', 'policy_override'].includes(status),
      'is-force-cancelable': false,
    },
    'allow-config-generation': true,
    'allow-empty-apply': false,
    'auto-apply': false,
    'canceled-at': null,
    'created-at': '2021-05-24T07:38:04.171Z',
    'has-changes': false,
    'is-destroy': false,
    message: 'Custom message',
    'plan-only': false,
    refresh: true,
    'refresh-only': false,
    'replace-addrs': null,
    'save-plan': false,
    source: 'tfe-api',
    status,
    'status-timestamps': { 'plan-queueable-at': '2021-05-24T07:38:04+00:00' },
    'target-addrs': null,
    'terraform-version': '1.9.8',
    'trigger-reason': 'manual',
    permissions: {
      'can-apply': true,
      'can-cancel': true,
      'can-comment': true,
      'can-discard': true,
      'can-force-cancel': true,
      'can-force-execute': true,
      'can-override-policy-check': true,
    },
    variables: [],
    // An attribute that a later version of the platform might add.
    'agent-execution-label': { nested: [1] },
    ...more,
  },
  relationships: {
    apply: to('applies', apply, `/api/v2/runs/${run}/apply`),
    comments: at(`/api/v2/runs/${run}/comments`),
    'configuration-version': to('configuration-versions', 'cv-AbCdEfGhIjKlMnOp'),
    'cost-estimate': to('cost-estimates', cost),
    'created-by': to('users', USER, `/api/v2/runs/${run}/created-by`),
    plan: to('plans', plan, `/api/v2/runs/${run}/plan`),
    'run-events': at(`/api/v2/runs/${run}/run-events`),
    'policy-checks': at(`/api/v2/runs/${run}/policy-checks`),
    workspace: to('workspaces', workspace),
  },
  links: { self: `/api/v2/runs/${run}` },
});

const WORKSPACE = {
  id: workspace,
  type: 'workspaces',
  attributes: {
    actions: { 'is-destroyable': true },
    'allow-destroy-plan': true,
    'auto-apply': false,
    'auto-destroy-at': null,
    'created-at': '2021-06-03T17:50:20.307Z',
    description: null,
    environment: 'default',
    'execution-mode': 'remote',
    'file-triggers-enabled': true,
    'global-remote-state': false,
    'latest-change-at': '2021-06-23T17:50:48.815Z',
    locked: true,
    name: 'network',
    operations: true,
    permissions: { 'can-queue-run': true, 'can-unlock': false },
    'queue-all-runs': false,
    'resource-count': 10,
    'run-failures': 6,
    'terraform-version': '1.9.8',
    'trigger-prefixes': [],
    'updated-at': '2021-08-16T18:54:06.874Z',
    'vcs-repo': null,
    'working-directory': null,
    'workspace-kpis-runs-count': 7,
  },
  relationships: {
    organization: to('organizations', organization),
    'current-run': { data: null },
    'latest-run': { data: null },
    outputs: { data: [] },
    'locked-by': to('users', USER),
    project: to('projects', IDS.project),
  },
  links: { self: `/api/v2/organizations/${organization}/workspaces/network` },
};

const phase = (
  storage: string,
  type: 'plans' | 'applies',
  id: string,
  status: string,
  counts: number | null,
) => ({
  id,
  type,
  attributes: {
    'execution-details': { mode: 'remote' },
    'log-read-url': `${storage}/logs/signed`,
    'resource-additions': counts,
    'resource-changes': counts === null ? null : 0,
    'resource-destructions': counts === null ? null : 0,
    status,
    'status-timestamps': { 'queued-at': '2018-07-02T22:29:53+00:00' },
    ...(type === 'plans'
      ? { 'has-changes': true, 'resource-imports': 0, 'generated-configuration': false }
      : {}),
  },
  // The platform does not link a plan to its run.
  relationships: { 'state-versions': { data: [] } },
  links: { self: `/api/v2/${type}/${id}` },
});

const stateVersion = (storage: string) => ({
  id: state,
  type: 'state-versions',
  attributes: {
    'created-at': '2021-06-08T01:22:03.794Z',
    size: 940,
    'hosted-state-download-url': `${storage}/blobs/signed/state`,
    'hosted-json-state-download-url': `${storage}/blobs/signed/state`,
    modules: {},
    providers: {},
    resources: [],
    'resources-processed': true,
    serial: 9,
    'state-version': 4,
    status: 'finalized',
    'terraform-version': '0.15.4',
    'vcs-commit-url': null,
    'vcs-commit-sha': null,
  },
  relationships: {
    run: to('runs', run),
    'created-by': to('users', USER),
    workspace: to('workspaces', workspace),
    outputs: { data: [{ id: output, type: 'state-version-outputs' }] },
  },
});

const EVENT = {
  id: 're-AbCdEfGhIjKlMnOp',
  type: 'run-events',
  attributes: { action: 'queued', 'created-at': '2018-05-09T22:18:32.000Z', description: null },
  relationships: { actor: to('users', USER), comment: { data: null } },
};

/** Refusals with only a status and a title. */
const refused = (status: number, title: string): Reply => ({
  status,
  body: { errors: [{ status: String(status), title }] },
});

/**
 * HCP Terraform with documents like those in its documentation: relationships without data, no includes, lists
 * without pages, actions that answer `null`, and none of the additional endpoints of this project's server.
 */
export async function startHcpPlatform(status = 'planned', overrides: Overrides = {}): Promise<FakePlatform> {
  const one = (data: unknown): Reply => ({ body: { data } });
  const actions = ['apply', 'discard', 'cancel', 'force-cancel', 'force-execute'].map(
    (action): [string, Reply] => [`POST runs/${run}/actions/${action}`, { status: 202, body: null }],
  );
  return await startFakePlatform((storage) => ({
    [`GET runs/${run}`]: one(hcpRun(status)),
    [`GET workspaces/${workspace}`]: one(WORKSPACE),
    [`GET organizations/${organization}/workspaces/network`]: one(WORKSPACE),
    [`GET organizations/${organization}/workspaces`]: { body: { data: [WORKSPACE] } },
    [`GET workspaces/${workspace}/runs`]: { body: { data: [hcpRun(status)] } },
    [`GET organizations/${organization}/runs`]: { body: { data: [hcpRun(status)] } },
    [`GET plans/${plan}`]: one(phase(storage, 'plans', plan, 'finished', 1)),
    [`GET applies/${apply}`]: one(phase(storage, 'applies', apply, 'pending', null)),
    [`GET workspaces/${workspace}/current-state-version`]: one(stateVersion(storage)),
    [`GET state-versions/${state}`]: one(stateVersion(storage)),
    'GET state-versions': { body: { data: [stateVersion(storage)] } },
    [`GET runs/${run}/run-events`]: { body: { data: [EVENT] } },
    [`GET runs/${run}/comments`]: {
      body: { data: [{ id: 'wsc-1', type: 'comments', attributes: { body: 'Well' } }] },
    },
    [`GET runs/${run}/task-stages`]: { body: { data: [] } },
    [`GET users/${USER}`]: refused(404, 'not found'),
    [`GET runs/${run}/risk-summary`]: refused(404, 'not found'),
    [`GET runs/${run}/wait-reasons`]: refused(404, 'not found'),
    [`GET applies/${apply}/errored-state`]: refused(404, 'not found'),
    ...Object.fromEntries(actions),
    ...overrides,
  }));
}
