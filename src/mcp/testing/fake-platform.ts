import {
  startRecordingServer,
  type RecordedRequest,
  type RecordingServer,
  type Reply,
} from '../../../packages/client/src/testing/recording-server.ts';

import { fakeLists } from './fake-lists.ts';
import {
  CAPABILITY,
  fakeRun,
  fakeWorkspace,
  IDS,
  INJECTION,
  PLAN_JSON,
  PLAN_LOG,
  resource,
  SENSITIVE,
  STATE,
  TOKEN,
} from './fake-resources.ts';

const log = (address: string) => `${address}/logs/${CAPABILITY}`;
const blob = (address: string, name: string) => `${address}/blobs/${CAPABILITY}/${name}`;

/** The answers of HCP Terraform, as far as they matter here. `storage` is the other host, with logs and files. */
function answerOf(method: string, path: string, storage: string): Reply | undefined {
  const list = (...data: unknown[]): Reply => ({
    body: {
      data,
      meta: {
        pagination: {
          'current-page': 1,
          'page-size': 20,
          'prev-page': null,
          'next-page': 2,
          'total-pages': 2,
          'total-count': 21,
        },
      },
    },
  });
  const one = (data: unknown): Reply => ({ body: { data } });
  const related = {
    run: fakeRun('planned'),
    variable: resource(
      'vars',
      IDS.variable,
      {
        key: 'db_password',
        value: SENSITIVE,
        sensitive: true,
        category: 'env',
        hcl: false,
        description: INJECTION,
      },
      {},
    ),
    set: resource(
      'varsets',
      IDS.variableSet,
      { name: 'shared', description: INJECTION, global: false, priority: false, 'var-count': 2 },
      { organization: ['organizations', 'acme'] },
    ),
    project: resource(
      'projects',
      IDS.project,
      { name: 'core', description: INJECTION, 'workspace-count': 0 },
      { organization: ['organizations', 'acme'] },
    ),
    state: resource(
      'state-versions',
      IDS.state,
      {
        serial: 3,
        status: 'finalized',
        size: 100,
        'hosted-state-download-url': blob(storage, 'state'),
        'hosted-json-state-download-url': blob(storage, 'state'),
        'hosted-state-upload-url': `https://x/${CAPABILITY}`,
      },
      { workspace: ['workspaces', IDS.workspace] },
    ),
    output: resource('state-version-outputs', IDS.output, {
      name: 'secret',
      sensitive: true,
      type: 'string',
      value: SENSITIVE,
    }),
    organization: resource('organizations', 'acme', {
      name: 'acme',
      email: 'a@example.com',
      'created-at': '2026-01-01T00:00:00.000Z',
    }),
    plan: resource(
      'plans',
      IDS.plan,
      {
        status: 'finished',
        'has-changes': true,
        'resource-additions': 2,
        'resource-changes': 1,
        'resource-destructions': 2,
        'log-read-url': log(storage),
        'execution-details': { mode: 'remote' },
      },
      { run: ['runs', IDS.run] },
    ),
    apply: resource(
      'applies',
      IDS.apply,
      { status: 'pending', 'log-read-url': log(storage), 'resource-additions': null },
      { run: ['runs', IDS.run] },
    ),
    cost: resource(
      'cost-estimates',
      IDS.cost,
      {
        status: 'finished',
        'delta-monthly-cost': '25.488',
        'proposed-monthly-cost': '50.0',
        resources: { matched: [] },
      },
      { run: ['runs', IDS.run] },
    ),
    assessment: resource(
      'assessment-results',
      IDS.assessment,
      { drifted: true, succeeded: true, 'created-at': '2026-01-01T00:00:00.000Z' },
      { workspace: ['workspaces', IDS.workspace] },
    ),
    comment: resource('comments', 'wsc-AbCdEfGhIjKlMnOp', { body: INJECTION }),
    event: resource(
      'run-events',
      're-AbCdEfGhIjKlMnOp',
      { action: 'commented', description: '', 'created-at': '2026-11-24T10:05:00.000Z' },
      { actor: ['users', 'user-AbCdEfGhIjKlMnOp'], comment: ['comments', 'wsc-AbCdEfGhIjKlMnOp'] },
    ),
    user: resource('users', 'user-AbCdEfGhIjKlMnOp', {
      username: 'ann',
      email: 'a@example.com',
      password: SENSITIVE,
    }),
    tag: resource('tag-bindings', 'tb-1', { key: 'team', value: 'core' }),
  };
  const wholeRun = (status: string): Reply => ({
    body: { data: fakeRun(status), included: [related.plan, related.apply, related.user, fakeWorkspace()] },
  });
  const routes: [RegExp, Reply | (() => Reply)][] = [
    [/^GET ping$/, { status: 204, headers: { 'tfp-appname': 'HCP Terraform', 'tfp-api-version': '2.6' } }],
    [/^GET account\/details$/, one(related.user)],
    [/^GET organizations$/, list(related.organization)],
    [/^(POST organizations|(GET|PATCH) organizations\/acme)$/, one(related.organization)],
    [
      /^GET organizations\/acme\/entitlement-set$/,
      one(resource('entitlement-sets', 'org-1', { operations: true, 'state-storage': true })),
    ],
    [/^GET organizations\/acme\/workspaces$/, list(fakeWorkspace())],
    [
      /^(POST organizations\/acme\/workspaces|(GET|PATCH) organizations\/acme\/workspaces\/network|GET workspaces\/ws-\w+)$/,
      one(fakeWorkspace()),
    ],
    [/^POST workspaces\/ws-\w+\/actions\/(lock|unlock|force-unlock)$/, one(fakeWorkspace({ locked: true }))],
    [
      /^(DELETE|POST) (organizations\/acme|projects\/prj-\w+|varsets\/varset-\w+|workspaces\/ws-\w+)(\/workspaces\/network|\/actions\/safe-delete|\/vars\/var-\w+|\/relationships\/(workspaces|projects|vars\/var-\w+))*$/,
      { status: 204 },
    ],
    [/^GET workspaces\/ws-\w+\/runs$|^GET organizations\/acme\/runs$/, list(fakeRun('planned'))],
    [/^POST runs$/, { status: 201, ...one(fakeRun('pending')) }],
    [/^GET runs\/run-\w+$/, wholeRun('planned')],
    [/^POST runs\/run-\w+\/actions\/[\w-]+$/, { status: 202 }],
    [/^GET runs\/run-\w+\/comments$/, list(related.comment)],
    [
      /^GET runs\/run-\w+\/run-events$/,
      { body: { data: [related.event], included: [related.user, related.comment] } },
    ],
    [/^GET users\/user-\w+$/, one(related.user)],
    [/^POST runs\/run-\w+\/comments$/, one(related.comment)],
    [
      /^GET (plans\/plan-\w+|runs\/run-\w+\/plan)\/json-output$/,
      { status: 307, headers: { location: blob(storage, 'plan') } },
    ],
    [
      /^GET (plans\/plan-\w+|runs\/run-\w+\/plan)\/json-output-redacted$/,
      { body: JSON.stringify(PLAN_JSON) },
    ],
    [/^GET plans\/plan-\w+$/, one(related.plan)],
    [/^GET applies\/apply-\w+$/, one(related.apply)],
    [
      /^GET applies\/apply-\w+\/errored-state$/,
      { status: 307, headers: { location: blob(storage, 'state') } },
    ],
    [/^GET cost-estimates\/ce-\w+$/, one(related.cost)],
    [/^GET workspaces\/ws-\w+\/vars$|^GET varsets\/varset-\w+\/relationships\/vars$/, list(related.variable)],
    [
      /^(POST|PATCH|GET) (workspaces\/ws-\w+\/vars|varsets\/varset-\w+\/relationships\/vars)(\/var-\w+)?$/,
      one(related.variable),
    ],
    [/^GET organizations\/acme\/varsets$/, list(related.set)],
    [/^(POST organizations\/acme\/varsets|(GET|PATCH) varsets\/varset-\w+)$/, one(related.set)],
    [/^GET organizations\/acme\/projects$/, list(related.project)],
    [/^(POST organizations\/acme\/projects|(GET|PATCH) projects\/prj-\w+)$/, one(related.project)],
    [/^(GET|PATCH) projects\/prj-\w+\/tag-bindings$/, list(related.tag)],
    [/^GET state-versions$/, list(related.state)],
    [
      /^(GET workspaces\/ws-\w+\/current-state-version|GET state-versions\/sv-\w+|(POST|PATCH) workspaces\/ws-\w+\/state-versions)$/,
      one(related.state),
    ],
    [
      /^GET (state-versions\/sv-\w+\/outputs|workspaces\/ws-\w+\/current-state-version-outputs)$/,
      list(related.output),
    ],
    [/^GET state-version-outputs\/wsout-\w+$/, one(related.output)],
    ...fakeLists(list, one),
    [/^GET assessment-results\/asmtres-\w+$/, one(related.assessment)],
    [/^GET assessment-results\/asmtres-\w+\/(json-output|json-schema)$/, { body: JSON.stringify(PLAN_JSON) }],
    [/^GET assessment-results\/asmtres-\w+\/log-output$/, { body: PLAN_LOG }],
  ];
  const found = routes.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1];
  return typeof found === 'function' ? found() : found;
}

export interface FakePlatform extends RecordingServer {
  /** Requests to unknown endpoints, or with a token where none belongs, since the last call. */
  takeWrong(): string[];
  /** The requests since the last call, as `METHOD path?query body`. */
  take(): string[];
}

/** Replies that replace the usual ones, by `METHOD path`. */
export type Overrides = Readonly<Record<string, Reply | ((request: RecordedRequest) => Reply)>>;

/**
 * A fake of HCP Terraform with its shapes, which checks requests against the list of its endpoints.
 *
 * @param others replies; a function gets the address of the storage
 */
export async function startFakePlatform(
  others: Overrides | ((storage: string) => Overrides) = {},
): Promise<FakePlatform> {
  const [server, storage] = await Promise.all([startRecordingServer(), startRecordingServer()]);
  const overrides = typeof others === 'function' ? others(storage.address) : others;
  const sent: string[] = [];
  const wrong: string[] = [];

  function note({ method, url, body }: RecordedRequest): void {
    const line = `${method} ${decodeURIComponent(url).replace('/api/v2/', '')}`;
    sent.push(body === '' ? line : `${line} ${body}`);
  }

  storage.on('*', (request) => {
    note(request);
    if (request.headers.authorization !== undefined) wrong.push(`token sent to ${request.url}`);
    if (request.url.startsWith('/logs/')) return { body: PLAN_LOG };
    return { body: request.url.endsWith('/plan') ? JSON.stringify(PLAN_JSON) : STATE };
  });
  server.on('*', (request) => {
    note(request);
    const { method, headers } = request;
    const name = (request.url.split('?')[0] ?? '').replace('/api/v2/', '');
    if (headers.authorization !== `Bearer ${TOKEN}`) wrong.push(`no token with ${method} ${name}`);
    if (method !== 'GET' && headers['content-type'] !== 'application/vnd.api+json') {
      wrong.push(`content type of ${method} ${name}`);
    }
    const own = overrides[`${method} ${name}`];
    const found = typeof own === 'function' ? own(request) : (own ?? answerOf(method, name, storage.address));
    if (found === undefined) wrong.push(`${method} ${name}`);
    return found ?? { status: 404, body: { errors: [{ status: '404', title: 'not found' }] } };
  });
  return {
    ...server,
    takeWrong: () => wrong.splice(0),
    take: () => sent.splice(0),
    async close() {
      await Promise.all([server.close(), storage.close()]);
    },
  };
}
