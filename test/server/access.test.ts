import { SOME_ARCHIVE } from '../runner/configuration-archive.ts';
import { newId } from '@runwright/models';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAgentToken } from '../../src/server/access/agent-tokens.ts';
import { hashSecret } from '../../src/server/secrets/opaque-tokens.ts';
import { allEndpoints } from '../../src/server/server.ts';
import { makeStore } from '../support/store-scene.ts';
import { makeRegistryRoutes, type RegistryRoutes } from '../support/registry-routes.ts';
import { createRun, createWorkspace, readyWorkspace } from '../support/scenario.ts';
import { claim } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let paths: Record<string, string>;
let foreignToken: string;
let registry: RegistryRoutes;
beforeAll(async () => {
  server = await startTestServer();
  const { organization, workspaceId } = await readyWorkspace(server);
  const other = await readyWorkspace(server);
  foreignToken = await server.addUser('stranger', [other.organization]);
  const runId = await createRun(server, workspaceId);
  const step = await claim(server);
  await step?.finishPlan();
  const run = await server.call('GET', `/api/v2/runs/${runId}`);
  const comment = await server.call('POST', `/api/v2/runs/${runId}/comments`, {
    data: { attributes: { body: 'hello' } },
  });
  const details = await server.call('GET', '/api/v2/account/details');
  const tokens = await server.call('GET', `/api/v2/users/${details.body.data.id}/authentication-tokens`);
  const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
  const notification = await server.call(
    'POST',
    `/api/v2/workspaces/${workspaceId}/notification-configurations`,
    { data: { attributes: { name: 'hook', 'destination-type': 'generic', url: 'https://example.com' } } },
  );
  const id = (name: string): string => run.body.data.relationships[name]?.data?.id ?? 'none';
  const createVariable = await server.call('POST', `/api/v2/workspaces/${workspaceId}/vars`, {
    data: { attributes: { key: 'x', category: 'env' } },
  });
  const createSet = await server.call('POST', `/api/v2/organizations/${organization}/varsets`, {
    data: { attributes: { name: 'set' } },
  });
  const createKey = await server.call('POST', `/api/v2/organizations/${organization}/ssh-keys`, {
    data: { attributes: { name: 'key', value: 'a key' } },
  });
  const createTrigger = await server.call('POST', `/api/v2/workspaces/${workspaceId}/run-triggers`, {
    data: { relationships: { sourceable: { data: { id: await createWorkspace(server, organization) } } } },
  });
  const createPool = await server.call('POST', `/api/v2/organizations/${organization}/agent-pools`, {
    data: { attributes: { name: 'pool' } },
  });
  const agentId = newId('agent');
  await server.platform.db
    .insertInto('agent')
    .values({
      id: agentId,
      agent_pool_id: createPool.body.data.id,
      name: 'a',
      identity: 'a',
      ip_address: '::1',
    })
    .execute();
  registry = await makeRegistryRoutes(server, organization);
  paths = {
    ...registry.ids,
    ...(await makeStore(server.platform, createPool.body.data.id)),
    'agent-pools': createPool.body.data.id,
    agents: agentId,
    'ssh-keys': createKey.body.data.id,
    'run-triggers': createTrigger.body.data.id,
    vars: createVariable.body.data.id,
    varsets: createSet.body.data.id,
    organization,
    name: String(workspace.body.data.attributes['name']),
    workspaces: workspaceId,
    runs: runId,
    plans: id('plan'),
    applies: id('apply'),
    comments: comment.body.data.id,
    'notification-configurations': notification.body.data.id,
    'configuration-versions': id('configuration-version'),
    projects: workspace.body.data.relationships['project']?.data?.id ?? 'none',
    users: details.body.data.id,
    'authentication-tokens': tokens.body.data[0]?.id ?? 'none',
    'run-events': (await server.call('GET', `/api/v2/runs/${runId}/run-events`)).body.data[0]?.id ?? 'none',
    'state-versions': 'sv-AAAAAAAAAAAAAAAA',
    'state-version-outputs': 'wsout-AAAAAAAAAAAAAAAA',
  };
});
afterAll(async () => await server.close());

/** Every route that needs an account, on objects that exist. */
function routes(): { method: string; url: string }[] {
  return allEndpoints(server.platform)
    .filter(
      ({ access, answers }) =>
        // Endpoints that refuse every caller look at no object.
        access === 'account' && Object.keys(answers).some((status) => Number(status) < 400),
    )
    .map(({ method, url }) => {
      const kind = /\/api\/v2\/([^/]+)\/:id/.exec(url)?.[1] ?? '';
      return {
        method,
        url: registry
          .address(url, method === 'GET')
          .replace(':organization', paths['organization'] ?? '')
          .replace(/:name\b/, paths['name'] ?? '')
          .replace(':variable', paths['vars'] ?? 'none')
          .replace(':id', paths[kind] ?? 'none')
          .replace(/^\/api\/v2\/runs$/, method === 'GET' ? `$&?workspace_id=${paths['workspaces']}` : '$&')
          .replace(/\/run-triggers$/, method === 'GET' ? '$&?filter[run-trigger][type]=inbound' : '$&')
          // These name their workspace in the query.
          .replace(
            /^\/api\/v2\/(state-versions|vars)$/,
            `$&?filter[organization][name]=${paths['organization']}&filter[workspace][name]=${paths['name']}`,
          ),
      };
    });
}

/** Lists and creations that concern only the caller are open to every account. */
const OWN = [
  '/api/v2/organizations',
  '/api/v2/account/details',
  '/api/v2/account/update',
  '/api/v2/account/sessions',
  '/api/v2/session',
  '/api/v2/events',
  '/api/v2/organization/audit-trail',
  '/api/v2/organization-memberships',
  // The query of these names the object.
  '/api/v2/team-workspaces',
  '/api/v2/team-projects',
];

describe('tokens', () => {
  test.each([
    ['none', null],
    ['a wrong one', 'not-a-token'],
    ['an empty one', ''],
  ])('%s is answered 401 on every route, with the headers clients look at', async (_what, token) => {
    for (const { method, url } of routes()) {
      const answer = await server.call(method, url, undefined, token);
      expect([url, answer.status]).toEqual([url, 401]);
      expect(answer.body.errors?.[0]).toEqual({ status: '401', code: 'unauthorized', title: 'unauthorized' });
      expect(answer.headers.get('tfp-api-version')).toBe('2.6');
    }
  });

  test("a runner's token is accepted on no route of accounts, and an account's token on none of runners", async () => {
    for (const { method, url } of routes()) {
      expect([url, (await server.call(method, url, undefined, AGENT_TOKEN)).status]).toEqual([url, 404]);
    }
    const body = { protocol: 1, name: 'x', waitMs: 0 };
    expect((await server.call('POST', '/api/agent/v1/claim', body, ADMIN_TOKEN)).status).toBe(404);
  });

  test('an expired token and a revoked one are answered 401', async () => {
    const path = `/api/v2/users/${paths['users']}/authentication-tokens`;
    const create = async (attributes: object) => {
      const { body } = await server.call('POST', path, {
        data: { type: 'authentication-tokens', attributes },
      });
      return { id: body.data.id, secret: String(body.data.attributes['token']) };
    };
    const expired = await create({ 'expired-at': '2090-01-01T00:00:00Z' });
    await server.platform.db
      .updateTable('token')
      .set({ expires_at: new Date('2020-01-01') })
      .where('id', '=', expired.id)
      .execute();
    expect((await server.call('GET', '/api/v2/account/details', undefined, expired.secret)).status).toBe(401);
    const fresh = await create({ description: 'for a test' });
    expect((await server.call('GET', '/api/v2/account/details', undefined, fresh.secret)).status).toBe(200);
    expect(
      (await server.call('GET', `/api/v2/authentication-tokens/${fresh.id}`)).body.data.attributes['token'],
    ).toBeNull();
    expect((await server.call('DELETE', `/api/v2/authentication-tokens/${fresh.id}`)).status).toBe(204);
    expect((await server.call('GET', '/api/v2/account/details', undefined, fresh.secret)).status).toBe(401);
  });

  test('no secret is stored', async () => {
    const stored = JSON.stringify(await server.platform.db.selectFrom('token').selectAll().execute());
    expect(stored).not.toContain(ADMIN_TOKEN);
    expect(stored).not.toContain(AGENT_TOKEN);
  });
});

test("another organization's things are not found, whatever a caller tries with them", async () => {
  const before = await server.call('GET', `/api/v2/runs/${paths['runs']}`);
  for (const { method, url } of routes()) {
    // The administrator also created the other organization, so its members can see that user.
    if (OWN.includes(url) || (method === 'GET' && url === `/api/v2/users/${paths['users']}`)) continue;
    const answer = await server.call(method, url, BODIES[`${method} ${url.split('/').at(-1)}`], foreignToken);
    // Some routes refuse a missing body before they look at the object; none may answer with the object.
    expect([method, url, answer.status]).toSatisfy(([, , status]) => status === 404 || status === 422);
    if (method === 'GET' || method === 'DELETE' || url.includes('/actions/')) {
      expect([method, url, answer.status]).toEqual([method, url, 404]);
    }
  }
  expect(await server.call('GET', `/api/v2/runs/${paths['runs']}`)).toMatchObject({ body: before.body });
  const list = await server.call('GET', '/api/v2/organizations', undefined, foreignToken);
  expect(list.body.data.map(({ id }) => id)).not.toContain(paths['organization']);
});

const BODIES: Record<string, unknown> = {
  'DELETE tags': { data: [] },
  'DELETE team-tokens': { data: [] },
  'DELETE tag-bindings': { data: [] },
  'DELETE remote-state-consumers': { data: [] },
  'DELETE users': { data: [{ id: 'somebody' }] },
  'DELETE organization-memberships': { data: [{ id: 'ou-of-somebody' }] },
  'POST comments': { data: { attributes: { body: 'from elsewhere' } } },
  'POST configuration-versions': { data: { attributes: {} } },
  'POST workspaces': { data: { attributes: { name: 'intruder' } } },
  'DELETE workspaces': { data: [] },
  'DELETE projects': { data: [] },
  'DELETE workspace-exclusions': { data: [] },
  'DELETE project-exclusions': { data: [] },
  'DELETE policies': { data: [] },
  'POST run-triggers': { data: {} },
  'POST orders': {
    data: { attributes: { kind: 'pin', address: 'registry.example.com/acme/it', version: '1.0.0' } },
  },
  'POST agent-pools': { data: { attributes: { name: 'intruder' } } },
  'POST vars': { data: { attributes: { key: 'y', category: 'env' } } },
  'POST varsets': { data: { attributes: { name: 'intruder' } } },
  'POST projects': { data: { attributes: { name: 'intruder' } } },
};

test('an upload address works only for its own object', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const create = async () =>
    (
      await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
        data: { attributes: { 'auto-queue-runs': false } },
      })
    ).body.data;
  const [one, two] = [await create(), await create()];
  const url = String(one.attributes['upload-url']);
  const put = async (address: string) => (await fetch(address, { method: 'PUT', body: SOME_ARCHIVE })).status;
  expect(await put(url.replace(one.id, two.id))).toBe(404);
  expect(await put(`${url}x`)).toBe(404);
  expect(await put(url)).toBe(200);
});

test('a query with a NUL character is refused, not sent to the database', async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  for (const path of [
    `/api/v2/organizations/${organization}/workspaces?search[name]=%00`,
    `/api/v2/workspaces/${workspaceId}/runs?search[basic]=a%00b`,
    `/api/v2/organizations/${organization}/projects?filter[names]=%00`,
  ]) {
    expect([path, (await server.call('GET', path)).status]).toEqual([path, 400]);
  }
});

test('a time that no database can hold is refused without an error of the server', async () => {
  const path = `/api/v2/users/${paths['users']}/authentication-tokens`;
  for (const time of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-12:00']) {
    const created = await server.call('POST', path, { data: { attributes: { 'expired-at': time } } });
    expect([time, created.status]).toEqual([time, 422]);
    const since = `/api/v2/organization/audit-trail?organization=${paths['organizations']}`;
    const listed = await server.call('GET', `${since}&since=${encodeURIComponent(time)}`);
    expect([time, listed.status]).toEqual([time, 400]);
  }
});

test('a user cannot take the name of the service account of a team or an organization', async () => {
  const { organization } = await readyWorkspace(server);
  const team = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
    data: { attributes: { name: 'robots' } },
  });
  const { id } = team.body.data;
  const token = await server.addUser('squatter', [organization]);
  for (const username of [`api-${id}`, `API-${id}`]) {
    const body = { data: { attributes: { username } } };
    const taken = await server.call('PATCH', '/api/v2/account/update', body, token);
    expect([taken.status, taken.body.errors?.[0]?.source]).toEqual([
      422,
      { pointer: '/data/attributes/username' },
    ]);
  }
  const invited = await server.call(
    'POST',
    `/api/v2/organizations/${organization}/organization-memberships`,
    {
      data: {
        attributes: { email: `api-${id}@example.com` },
        relationships: { teams: { data: [{ id, type: 'teams' }] } },
      },
    },
  );
  expect(invited.status).toBe(201);
  expect((await server.call('POST', `/api/v2/teams/${id}/authentication-token`)).status).toBe(201);
});

test("an organization's trail records each token of its teams, when it is made and when it is revoked", async () => {
  const { organization } = await readyWorkspace(server);
  const team = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
    data: { attributes: { name: 'robots' } },
  });
  const token = await server.call('POST', `/api/v2/teams/${team.body.data.id}/authentication-token`);
  await server.call('DELETE', `/api/v2/teams/${team.body.data.id}/authentication-token`);
  const trail = await server.call('GET', `/api/v2/organization/audit-trail?organization=${organization}`);
  const events = trail.body.data as unknown as { resource: { id: string; action: string } }[];
  const actions = events.filter(({ resource }) => resource.id === token.body.data.id);
  expect(actions.map(({ resource }) => resource.action)).toEqual(['create', 'destroy']);
});

test('an agent token that is no longer configured ends within a day', async () => {
  const { platform } = server;
  const claims = async () =>
    (await server.call('POST', '/api/agent/v1/claim', { protocol: 1, name: 'x', waitMs: 0 }, AGENT_TOKEN))
      .status;
  const expiry = async (secret: string) =>
    await platform.db
      .selectFrom('token')
      .select('expires_at')
      .where('secret_hash', '=', hashSecret(secret))
      .executeTakeFirstOrThrow();
  await acceptAgentToken(platform, 'another-token-for-runners');
  expect(await expiry('another-token-for-runners')).toEqual({ expires_at: null });
  const { expires_at: end } = await expiry(AGENT_TOKEN);
  expect(end?.getTime()).toBeLessThanOrEqual(Date.now() + 24 * 60 * 60 * 1000);
  expect(await claims()).not.toBe(401);
  // The same holds when no token is configured any more.
  await acceptAgentToken(platform, undefined);
  const { expires_at: endOfAnother } = await expiry('another-token-for-runners');
  expect(endOfAnother?.getTime()).toBeLessThanOrEqual(Date.now() + 24 * 60 * 60 * 1000);
  const past = { expires_at: new Date(0) };
  const { db } = platform;
  await db.updateTable('token').set(past).where('secret_hash', '=', hashSecret(AGENT_TOKEN)).execute();
  expect(await claims()).toBe(401);
  await acceptAgentToken(platform, AGENT_TOKEN);
  expect(await claims()).not.toBe(401);
});
