import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';
import type { Step } from '../../../src/protocol/agent.ts';
import { isDrained } from '../../../src/server/agent-pools/drain.ts';
import { transact } from '../../../src/server/database/transact.ts';
import { claim, hold } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

const newPool = async (name: string, attributes: object = {}, relationships: object = {}) =>
  await server.call('POST', `/api/v2/organizations/${organization}/agent-pools`, {
    data: { attributes: { name, ...attributes }, relationships },
  });
const changeWorkspace = async (id: string, attributes: object) =>
  await server.call('PATCH', `/api/v2/workspaces/${id}`, { data: { attributes } });
const detailOf = ({ status, body }: Awaited<ReturnType<TestServer['call']>>) => [
  status,
  body.errors?.[0]?.detail,
];

test("a run of a pool is not given to runners of the platform, and lists find it by the pool's name", async () => {
  const pool = (await newPool('lists')).body.data;
  const workspaceId = await createWorkspace(server, organization, {
    'execution-mode': 'agent',
    'agent-pool-id': pool.id,
  });
  await uploadConfiguration(server, workspaceId);
  const runId = await createRun(server, workspaceId);
  expect(await claim(server)).toBeUndefined();
  const listed = async (name: string) =>
    (
      await server.call('GET', `/api/v2/workspaces/${workspaceId}/runs?filter[agent_pool_names]=${name}`)
    ).body.data.map(({ id }) => id);
  expect([await listed('lists'), await listed('others')]).toEqual([[runId], []]);
  const refused = await server.call('DELETE', `/api/v2/agent-pools/${pool.id}`);
  expect(refused.status).toBe(409);
});

test('the mode and the pool are set together, and only to a pool that the workspace may use', async () => {
  const workspaceId = await createWorkspace(server, organization);
  const open = (await newPool('open')).body.data;
  const closed = (await newPool('closed', { 'organization-scoped': false })).body.data;
  const foreign = await server.call(
    'POST',
    `/api/v2/organizations/${await createOrganization(server)}/agent-pools`,
    { data: { attributes: { name: 'foreign' } } },
  );
  const set = async (attributes: object) => detailOf(await changeWorkspace(workspaceId, attributes));
  expect(await set({ 'agent-pool-id': open.id })).toEqual([
    422,
    "Agent pool must not be specified unless using 'agent' execution mode",
  ]);
  expect(await set({ 'execution-mode': 'agent' })).toEqual([
    422,
    "Agent pool must be specified when using 'agent' execution mode",
  ]);
  const agent = (id: string) => ({ 'execution-mode': 'agent', 'agent-pool-id': id });
  expect((await set(agent(foreign.body.data.id)))[0]).toBe(422);
  expect((await set(agent(closed.id)))[0]).toBe(422);
  await server.call('PATCH', `/api/v2/agent-pools/${closed.id}`, {
    data: { relationships: { 'allowed-workspaces': { data: [{ type: 'workspaces', id: workspaceId }] } } },
  });
  expect((await set(agent(closed.id)))[0]).toBe(200);
  const moved = await changeWorkspace(workspaceId, { 'execution-mode': 'remote' });
  expect(moved.body.data.relationships['agent-pool']?.data).toBeNull();
});

test("an organization's default has the same rules, and new workspaces get it", async () => {
  const pool = (await newPool('default')).body.data;
  const set = async (attributes: object) =>
    detailOf(
      await server.call('PATCH', `/api/v2/organizations/${organization}`, {
        data: { attributes },
      }),
    );
  expect(await set({ 'default-agent-pool-id': pool.id })).toEqual([
    422,
    "Default agent pool must not be specified unless using 'agent' execution mode",
  ]);
  expect(await set({ 'default-execution-mode': 'agent' })).toEqual([
    422,
    "Default agent pool must be specified when using 'agent' execution mode",
  ]);
  expect((await set({ 'default-execution-mode': 'agent', 'default-agent-pool-id': pool.id }))[0]).toBe(200);
  const workspaceId = await createWorkspace(server, organization);
  const { data } = (await server.call('GET', `/api/v2/workspaces/${workspaceId}`)).body;
  expect([data.attributes['execution-mode'], data.relationships['agent-pool']?.data?.id]).toEqual([
    'agent',
    pool.id,
  ]);
  expect((await set({ 'default-execution-mode': 'remote' }))[0]).toBe(200);
});

describe('agents of a pool', () => {
  const HOUR_MS = 60 * 60_000;
  let poolId: string;
  let secret: string;
  beforeEach(async () => {
    poolId = (await newPool(uniqueName('agents'))).body.data.id;
    const made = await server.call('POST', `/api/v2/agent-pools/${poolId}/authentication-tokens`, {
      data: { attributes: { description: 'theirs' } },
    });
    secret = String(made.body.data.attributes['token']);
  });
  const asks = async (name: string, identity?: string) => {
    const body = { protocol: 1, name, identity, waitMs: 0 };
    expect((await server.call('POST', '/api/agent/v1/claim', body, secret)).status).toBe(204);
  };
  const leaves = async (identity: string) => {
    expect((await server.call('POST', '/api/agent/v1/exit', { identity }, secret)).status).toBe(200);
  };
  const silentFor = async (ms: number) => {
    await server.platform.db
      .updateTable('agent')
      .set({ last_ping_at: new Date(Date.now() - ms) })
      .where('agent_pool_id', '=', poolId)
      .execute();
  };
  const listed = async () =>
    (await server.call('GET', `/api/v2/agent-pools/${poolId}/agents`)).body.data.map(
      ({ attributes }) => `${String(attributes['name'])} ${String(attributes['status'])}`,
    );
  const count = async () =>
    (await server.call('GET', `/api/v2/agent-pools/${poolId}`)).body.data.attributes['agent-count'];

  test('are told apart by their identity, and by their name where they send none', async () => {
    for (const identity of ['first', 'second', 'second', undefined, undefined]) await asks('host', identity);
    expect(await listed()).toEqual(['host idle', 'host idle', 'host idle']);
    expect(await count()).toBe(3);
  });

  test('are unknown after 90 seconds, errored after two hours, exited when they say so, idle when they return', async () => {
    await asks('host', 'one');
    await silentFor(91_000);
    expect([await listed(), await count()]).toEqual([['host unknown'], 0]);
    await silentFor(2 * HOUR_MS + 1_000);
    expect(await listed()).toEqual(['host errored']);
    await asks('host', 'one');
    expect(await listed()).toEqual(['host idle']);
    await leaves('nobody');
    await leaves('one');
    expect([await listed(), await count()]).toEqual([['host exited'], 0]);
    await asks('host', 'one');
    expect([await listed(), await count()]).toEqual([['host idle'], 1]);
  });

  test('can be deleted at once after their exit, and are removed after a week when another one asks', async () => {
    await asks('host', 'one');
    await leaves('one');
    const [agent] = (await server.call('GET', `/api/v2/agent-pools/${poolId}/agents`)).body.data;
    expect((await server.call('DELETE', `/api/v2/agents/${agent?.id}`)).status).toBe(204);
    await asks('old', 'two');
    await silentFor(8 * 24 * HOUR_MS);
    await asks('old', 'two');
    await silentFor(8 * 24 * HOUR_MS);
    await asks('new', 'three');
    expect(await listed()).toEqual(['new idle']);
  });

  test('are unknown to other pools, and an invalid identity is refused', async () => {
    await asks('host', 'one');
    const other = (await newPool(uniqueName('other'))).body.data.id;
    const made = await server.call('POST', `/api/v2/agent-pools/${other}/authentication-tokens`, {
      data: { attributes: { description: 'theirs' } },
    });
    const theirs = String(made.body.data.attributes['token']);
    const left = await server.call('POST', '/api/agent/v1/exit', { identity: 'one' }, theirs);
    expect([left.status, await listed()]).toEqual([200, ['host idle']]);
    for (const identity of ['', 'a b', 'x'.repeat(65), 5]) {
      expect((await server.call('POST', '/api/agent/v1/exit', { identity }, secret)).status).toBe(422);
    }
  });

  test('take no new step from the answer to a drain on, finish what they have, and go on when resumed', async () => {
    const start = async () => {
      const workspaceId = await createWorkspace(server, organization, {
        'execution-mode': 'agent',
        'agent-pool-id': poolId,
      });
      await uploadConfiguration(server, workspaceId);
      return await createRun(server, workspaceId);
    };
    const claimAs = async (identity: string, waitMs = 0) =>
      await server.call(
        'POST',
        '/api/agent/v1/claim',
        { protocol: 1, name: identity, identity, waitMs },
        secret,
      );
    const runners = async () =>
      (await server.call('GET', `/api/v2/organizations/${organization}/capacity`)).body.data.attributes[
        'runners'
      ];
    await start();
    const held = (await claimAs('one')).body as unknown as Step;
    const [agent] = (await server.call('GET', `/api/v2/agent-pools/${poolId}/agents`)).body.data;
    const act = async (action: string) =>
      (await server.call('POST', `/api/v2/agents/${agent?.id}/actions/${action}`)).body.data.attributes;
    const before = await runners();
    const drained = await act('drain');
    expect(drained).toMatchObject({ status: 'busy', 'drained-at': expect.any(String) });
    expect(await act('drain')).toEqual(drained);
    expect(await runners()).toBe(Number(before) - 1);
    await start();
    expect((await claimAs('one')).status).toBe(204);
    expect((await hold(server, held).finish({ outcome: 'errored' })).status).toBe(200);
    // Another agent of the pool takes over.
    expect((await claimAs('two')).status).toBe(200);
    const two = (await server.call('GET', `/api/v2/agent-pools/${poolId}/agents`)).body.data.find(
      ({ attributes }) => attributes['name'] === 'two',
    );
    await server.call('POST', `/api/v2/agents/${two?.id}/actions/drain`);
    const waits = await server.call('GET', `/api/v2/runs/${await start()}/wait-reasons`);
    expect(waits.text).toMatch(/No agent of the pool \S+ takes new work: resume one, or start another\./);
    const waiting = claimAs('one', 30_000);
    expect((await act('resume'))['drained-at']).toBeNull();
    expect((await waiting).status).toBe(200);
  });

  test('are drained only after a claim that found them in use has ended', async () => {
    await asks('host', 'one');
    const [agent] = (await server.call('GET', `/api/v2/agent-pools/${poolId}/agents`)).body.data;
    const order: string[] = [];
    let drained: Promise<unknown> = Promise.resolve();
    await transact(server.platform.db, async (tx) => {
      expect(await isDrained(tx, String(agent?.id))).toBe(false);
      drained = server
        .call('POST', `/api/v2/agents/${agent?.id}/actions/drain`)
        .then(() => order.push('drained'));
      // As long as a claim may take; a drain that does not wait for it answers within this time.
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 400))]);
      order.push('claimed');
    });
    await drained;
    expect(order).toEqual(['claimed', 'drained']);
  });

  test('get the next step even if they were deleted while they waited', async () => {
    const workspaceId = await createWorkspace(server, organization, {
      'execution-mode': 'agent',
      'agent-pool-id': poolId,
    });
    await uploadConfiguration(server, workspaceId);
    const body = { protocol: 1, name: 'host', identity: 'one', waitMs: 30_000 };
    const waiting = server.call('POST', '/api/agent/v1/claim', body, secret);
    await expect.poll(listed).toEqual(['host idle']);
    await server.platform.db.deleteFrom('agent').where('agent_pool_id', '=', poolId).execute();
    await createRun(server, workspaceId);
    expect((await waiting).status).toBe(200);
  });
});

test('a token needs a description, is shown once, and can be revoked; an exited agent can be deleted', async () => {
  const pool = (await newPool('tokens')).body.data;
  const path = `/api/v2/agent-pools/${pool.id}/authentication-tokens`;
  expect((await server.call('POST', path, { data: { attributes: {} } })).status).toBe(422);
  const made = await server.call('POST', path, { data: { attributes: { description: 'one' } } });
  const secret = String(made.body.data.attributes['token']);
  const listed = await server.call('GET', path);
  expect([listed.body.data.length, listed.text.includes(secret)]).toEqual([1, false]);
  const ask = async () =>
    (await server.call('POST', '/api/agent/v1/claim', { protocol: 1, name: 'a', waitMs: 0 }, secret)).status;
  expect(await ask()).toBe(204);
  const [agent] = (await server.call('GET', `/api/v2/agent-pools/${pool.id}/agents`)).body.data;
  expect(agent?.attributes).toMatchObject({ name: 'a', status: 'idle' });
  const gone = `/api/v2/agents/${agent?.id}`;
  expect((await server.call('DELETE', gone)).status).toBe(412);
  await server.platform.db
    .updateTable('agent')
    .set({ last_ping_at: new Date(0) })
    .execute();
  expect((await server.call('DELETE', gone)).status).toBe(204);
  const revoked = await server.call('DELETE', `/api/v2/authentication-tokens/${made.body.data.id}`);
  expect([revoked.status, await ask()]).toEqual([204, 401]);
});

test("a workspace is not moved into a project that may not use the workspace's pool", async () => {
  const projectOf = async (name: string) =>
    (
      await server.call('POST', `/api/v2/organizations/${organization}/projects`, {
        data: { attributes: { name } },
      })
    ).body.data.id;
  const here = await projectOf('Production');
  const there = await projectOf('Playground');
  const pool = await newPool(
    'production',
    { 'organization-scoped': false },
    { 'allowed-projects': { data: [{ type: 'projects', id: here }] } },
  );
  const made = await server.call('POST', `/api/v2/organizations/${organization}/workspaces`, {
    data: {
      attributes: { name: 'moved', 'execution-mode': 'agent', 'agent-pool-id': pool.body.data.id },
      relationships: { project: { data: { type: 'projects', id: here } } },
    },
  });
  expect(made.status).toBe(201);
  const { id } = made.body.data;
  const move = async (project: string) =>
    await server.call('POST', `/api/v2/projects/${project}/relationships/workspaces`, {
      data: [{ type: 'workspaces', id }],
    });
  expect(detailOf(await move(there))).toEqual([
    422,
    'Agent pool is not allowed for this workspace or its project',
  ]);
  const kept = (await server.call('GET', `/api/v2/workspaces/${id}`)).body.data;
  expect(kept.relationships['project']?.data?.id).toBe(here);
  await changeWorkspace(id, { 'execution-mode': 'remote' });
  expect((await move(there)).status).toBe(204);
});
