/** Every read while resources are created and deleted: a list leaves deleted ones out, and each alone is 404. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SOME_ARCHIVE } from '../runner/configuration-archive.ts';
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import { allEndpoints } from '../../src/server/server.ts';
import { askedOf } from '../docs/vocabulary.ts';
import { makeCheckScene } from '../support/check-scene.ts';
import { makeStore } from '../support/store-scene.ts';
import { makeRegistryRoutes } from '../support/registry-routes.ts';
import { createOrganization, uniqueName } from '../support/scenario.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { lock, postState, stateFile, unlock } from '../support/states.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
});
afterAll(async () => await server.close());

const U = '/api/v2';
const ROUNDS = 4;

/** The addresses of the resources of a round, for the readers. */
let alone: { url: string; path: string }[] = [];
const read = new Set<string>();
const failures: string[] = [];

async function call(method: string, path: string, data?: unknown, token?: string) {
  const answer = await server.call(method, path, data === undefined ? undefined : { data }, token);
  if (answer.status >= 500) failures.push(`${method} ${path}: ${answer.text}`);
  return answer;
}
async function make(path: string, data: object): Promise<string> {
  const answer = await call('POST', path, data);
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body.data.id;
}
const to = (type: string, id: string) => ({ data: { type, id } });

/** Every read of an account, except of administrators, people and agents, which are not created or deleted here. */
const reads = (): Endpoint[] =>
  (allEndpoints(server.platform) as Endpoint[]).filter(
    ({ access, method, url }) =>
      access === 'account' &&
      method === 'GET' &&
      !/^\/api\/v2\/(admin|users|account|agents|events|queries|plan-|session$)/.test(url),
  );

const LISTS = [
  'runs?include=plan,apply,workspace,created_by,run_events,configuration_version',
  'runs/queue',
  'workspaces?include=current_run,current_run.plan,outputs,vars,project,organization,agent_pool,locked_by',
  'projects',
  'teams?include=users',
  'team-tokens',
  'agent-pools',
  'varsets?include=vars,workspaces,projects',
  'organization-memberships?include=user',
  'ssh-keys',
  'tags',
  'capacity',
  'registry-modules',
  'registry-providers',
];

/** Creates, reads and deletes one of everything in an organization. */
async function round(organization: string): Promise<void> {
  const O = `${U}/organizations/${organization}`;
  const project = await make(`${O}/projects`, { attributes: { name: uniqueName('project') } });
  const workspace = await make(`${O}/workspaces`, {
    attributes: { name: uniqueName('ws') },
    relationships: {
      project: to('projects', project),
      tags: { data: [{ type: 'tags', attributes: { name: uniqueName('tag') } }] },
    },
  });
  const source = await make(`${O}/workspaces`, { attributes: { name: uniqueName('ws') } });
  const W = `${U}/workspaces/${workspace}`;
  const version = await call('POST', `${W}/configuration-versions`, {
    attributes: { 'auto-queue-runs': false },
  });
  await fetch(String(version.body.data.attributes['upload-url']), { method: 'PUT', body: SOME_ARCHIVE });
  const team = await make(`${O}/teams`, { attributes: { name: uniqueName('team') } });
  const token = await make(`${U}/teams/${team}/authentication-tokens`, {
    attributes: { description: uniqueName('token') },
  });
  const pool = await make(`${O}/agent-pools`, { attributes: { name: uniqueName('pool') } });
  const set = await make(`${O}/varsets`, {
    attributes: { name: uniqueName('set') },
    relationships: {
      workspaces: { data: [{ type: 'workspaces', id: workspace }] },
      vars: {
        data: [{ type: 'vars', attributes: { key: uniqueName('key'), value: '1', category: 'env' } }],
      },
    },
  });
  const variable = await make(`${W}/vars`, {
    attributes: { key: uniqueName('var'), value: '1', category: 'env' },
  });
  const grant = await make(`${U}/team-workspaces`, {
    attributes: { access: 'read' },
    relationships: { team: to('teams', team), workspace: to('workspaces', workspace) },
  });
  const inProject = await make(`${U}/team-projects`, {
    attributes: { access: 'read' },
    relationships: { team: to('teams', team), project: to('projects', project) },
  });
  const notification = await make(`${W}/notification-configurations`, {
    attributes: { name: 'n', enabled: false, 'destination-type': 'generic', url: 'http://127.0.0.1:9/' },
  });
  const trigger = await make(`${W}/run-triggers`, {
    relationships: { sourceable: to('workspaces', source) },
  });
  const key = await make(`${O}/ssh-keys`, { attributes: { name: uniqueName('key'), value: 'a key' } });
  const run = await make(`${U}/runs`, {
    type: 'runs',
    relationships: { workspace: to('workspaces', workspace) },
  });
  const related = (await call('GET', `${U}/runs/${run}`)).body.data.relationships;
  const plan = related['plan']?.data?.id ?? '';
  await lock(server, source);
  const outputs = { o: { value: 'x', type: 'string' } };
  const state = (await postState(server, source, stateFile({ outputs }))).body.data;
  await unlock(server, source);
  const [output] = (await call('GET', `${U}/state-versions/${state.id}/outputs`)).body.data;
  const [event] = (await call('GET', `${U}/runs/${run}/run-events`)).body.data;
  const comment = await make(`${U}/runs/${run}/comments`, { attributes: { body: 'hello' } });
  await call('PATCH', `${W}/tag-bindings`, [{ type: 'tag-bindings', attributes: { key: 'k', value: 'v' } }]);
  const checks = await makeCheckScene(server, organization, run);
  const registry = await makeRegistryRoutes(server, organization);
  const { name } = (await call('GET', W)).body.data.attributes;
  const ids: Record<string, string> = {
    ...{ workspaces: workspace, projects: project, teams: team, runs: run, plans: plan },
    ...{ applies: related['apply']?.data?.id ?? '', 'configuration-versions': version.body.data.id },
    ...{ 'agent-pools': pool, varsets: set, 'team-workspaces': grant, 'team-projects': inProject },
    ...{ 'authentication-tokens': token, 'run-triggers': trigger, 'ssh-keys': key, comments: comment },
    ...{ 'notification-configurations': notification, 'run-events': event?.id ?? '' },
    ...{ 'state-versions': state.id, 'state-version-outputs': output?.id ?? '' },
    ...checks,
    ...registry.ids,
    ...(await makeStore(server.platform, pool)),
  };
  const queries: Record<string, string> = {
    [`${U}/team-workspaces`]: `filter[workspace][id]=${workspace}`,
    [`${U}/team-projects`]: `filter[project][id]=${project}`,
    [`${U}/workspaces/:id/run-triggers`]: 'filter[run-trigger][type]=inbound',
    [`${U}/runs`]: `workspace_id=${workspace}`,
    '/api/registry/private/v2/gpg-keys': `filter[namespace]=${organization}`,
    [`${U}/organizations/:organization/registry-modules/:registry/:namespace/:module/:provider/version`]:
      'module_version=1.0.0',
    [`${U}/organization/audit-trail`]: `organization=${organization}`,
    ...Object.fromEntries(
      ['vars', 'state-versions'].map((kind) => [
        `${U}/${kind}`,
        `filter[organization][name]=${organization}&filter[workspace][name]=${String(name)}`,
      ]),
    ),
  };
  alone = reads().flatMap((endpoint) => {
    const { url } = endpoint;
    const kind = url.split('/')[3] ?? '';
    if (url.includes(':id') && ids[kind] === undefined) return [];
    const path = registry
      .address(url, false)
      .replace(':organization', organization)
      .replace(/:name\b/, String(name))
      .replace(':id', ids[kind] ?? '')
      .replace(':varset', set)
      .replace(':variable', kind === 'policy-sets' ? (checks['policy-set-parameters'] ?? '') : variable);
    const { include } = askedOf(endpoint);
    const query = [queries[url] ?? '', include.length > 0 ? `include=${include.join(',')}` : ''];
    return [{ url, path: `${path}?${query.filter(Boolean).join('&')}` }];
  });
  const gone = [
    `${W}/vars/${variable}`,
    `${U}/varsets/${set}`,
    `${U}/team-workspaces/${grant}`,
    `${U}/team-projects/${inProject}`,
    `${U}/notification-configurations/${notification}`,
    `${U}/run-triggers/${trigger}`,
    `${U}/authentication-tokens/${token}`,
    `${U}/ssh-keys/${key}`,
    `${U}/agent-pools/${pool}`,
    ...registry.paths,
    ...['price-books', 'policies', 'policy-sets'].map((kind) => `${U}/${kind}/${checks[kind]}`),
    `${U}/teams/${team}`,
    W,
    `${U}/workspaces/${source}`,
  ];
  const created = call('POST', `${U}/runs`, {
    type: 'runs',
    relationships: { workspace: to('workspaces', workspace) },
  });
  for (const path of gone) {
    const answers = await Promise.all([call('DELETE', path), call('DELETE', path), call('DELETE', path)]);
    const statuses = answers.map(({ status }) => status).sort();
    expect([path, ...statuses]).toEqual([path, 204, 404, 404]);
  }
  expect([201, 404, 409, 422]).toContain((await created).status);
  expect((await call('DELETE', `${U}/projects/${project}`)).status).toBe(204);
}

test('no read fails, and of deletes at the same time one succeeds and is recorded', async () => {
  const organization = await createOrganization(server);
  let isOver = false;
  const readAll = async () => {
    while (!isOver) {
      for (const path of LISTS) {
        const answer = await call('GET', `${U}/organizations/${organization}/${path}`);
        expect([path, answer.status]).toEqual([path, 200]);
      }
    }
  };
  const readAlone = async () => {
    while (!isOver) {
      for (const { url, path } of [...alone]) {
        read.add(url);
        expect([200, 204, 302, 307, 404], `${path}`).toContain((await call('GET', path)).status);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const readers = [readAll(), readAll(), readAlone(), readAlone(), readAlone()];
  const rounds = async () => {
    for (let count = 0; count < ROUNDS; count += 1) await round(organization);
  };
  await Promise.all([rounds(), rounds()]).finally(() => (isOver = true));
  await Promise.all(readers);
  expect(failures).toEqual([]);
  const told = await server.platform.db
    .selectFrom('audit_entry')
    .select(['resource_type', 'resource_id'])
    .where('action', '=', 'destroy')
    .execute();
  const names = told.map(({ resource_type: type, resource_id: id }) => `${type} ${id}`);
  expect(names.length).toBe(new Set(names).size);
  expect(new Set(told.map(({ resource_type: type }) => type)).size).toBeGreaterThanOrEqual(11);
  const unread = reads().filter(
    ({ url }) => !read.has(url) && !url.includes('/organization-memberships/:id'),
  );
  expect(unread.map(({ url }) => url)).toEqual([]);
}, 300_000);
