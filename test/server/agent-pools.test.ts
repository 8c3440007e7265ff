import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrganization, createRun, createWorkspace, uploadConfiguration } from '../support/scenario.ts';
import { claim } from '../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

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

test('a run of a pool is not for runners of the platform, and lists find it by the name of its pool', async () => {
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

test('the mode and the pool go together, and only with a pool that the workspace may use', async () => {
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

test("an organization's default takes the same rules, and new workspaces take the default", async () => {
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

test('a token needs a description, is shown once, and can be revoked; an agent is deleted when it is gone', async () => {
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
