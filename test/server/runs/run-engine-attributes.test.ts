import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, readyWorkspace, runBody } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

test.each([
  [{ 'invoke-action-addrs': 'action.a.b' }, '/data/attributes/invoke-action-addrs'],
  [{ 'invoke-action-addrs': ['terraform_data.a'] }, '/data/attributes/invoke-action-addrs/0'],
  [{ 'invoke-action-addrs': ['action.a.b', 7] }, '/data/attributes/invoke-action-addrs/1'],
  [{ 'invoke-action-addrs': ['-destroy'] }, '/data/attributes/invoke-action-addrs/0'],
  [{ 'invoke-action-addrs': ['action.a.b\n'] }, '/data/attributes/invoke-action-addrs/0'],
  [{ 'invoke-action-addrs': ['action.a.b', 'action.a.c'] }, '/data/attributes/invoke-action-addrs'],
  [{ 'policy-paths': ['policies'] }, '/data/attributes/policy-paths'],
  [{ 'policy-paths': 'policies' }, '/data/attributes/policy-paths'],
])('a run with %j is refused at the wrong field', async (attributes, pointer) => {
  const { workspaceId } = await readyWorkspace(server);
  const answer = await server.call('POST', '/api/v2/runs', runBody(workspaceId, attributes));
  expect([answer.status, answer.body.errors?.[0]?.source?.pointer]).toEqual([422, pointer]);
});

test('an action to invoke reaches the runner and the run; an empty list counts as none', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const address = 'module.m["a"].action.local_command.b[0]';
  const given = { 'plan-only': true, 'invoke-action-addrs': [address], 'policy-paths': [] };
  const runId = await createRun(server, workspaceId, given);
  const read = await server.call('GET', `/api/v2/runs/${runId}`);
  expect(read.body.data.attributes).toMatchObject({ 'invoke-action-addrs': [address], 'policy-paths': null });
  const step = await mustClaim(server);
  expect(step.run.invokeActionAddrs).toEqual([address]);
  await step.finish({ outcome: 'errored' });

  const plain = await createRun(server, workspaceId, { 'plan-only': true, 'invoke-action-addrs': [] });
  const other = await server.call('GET', `/api/v2/runs/${plain}`);
  expect(other.body.data.attributes['invoke-action-addrs']).toBeNull();
  await (await mustClaim(server)).finish({ outcome: 'errored' });
});

test.each(['POST /queries', 'GET /queries/qry-1', 'GET /workspaces/ws-1/queries?page[size]=1'])(
  '%s says that there are no queries, and not that rights are missing',
  async (endpoint) => {
    const [method = '', path = ''] = endpoint.split(' ');
    const answer = await server.call(method, `/api/v2${path}`, method === 'POST' ? { data: {} } : undefined);
    expect([answer.status, answer.body.errors?.[0]?.detail]).toEqual([
      method === 'POST' ? 422 : 404,
      expect.stringContaining('no query runs here') as string,
    ]);
    expect((await server.call('GET', '/api/v2/queriesabc')).status).toBe(404);
  },
);

test('the trace of an apply can be read like that of its plan', async () => {
  const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
  const runId = await createRun(server, workspaceId, { 'debugging-mode': true });
  await (await mustClaim(server)).finishPlan();
  const step = await mustClaim(server);
  await step.call('PUT', 'artifacts/debug-log', new TextEncoder().encode('[TRACE] applying'));
  await step.finish({ outcome: 'succeeded' });
  const { body } = await server.call('GET', `/api/v2/runs/${runId}/apply`);
  expect(body.data.links).toMatchObject({ 'debug-log': `/api/v2/applies/${body.data.id}/debug-log` });
  for (const path of [`/api/v2/applies/${body.data.id}/debug-log`, `/api/v2/runs/${runId}/apply/debug-log`])
    expect((await server.call('GET', path)).text).toBe('[TRACE] applying');
});

test('the trace of a run in debugging mode can be read with the whole plan, even if the run failed', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const other = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId, { 'plan-only': true, 'debugging-mode': true });
  const plan = async () => (await server.call('GET', `/api/v2/runs/${runId}/plan`)).body.data;
  const path = `/api/v2/plans/${(await plan()).id}/debug-log`;
  const step = await mustClaim(server);
  expect([(await plan()).links, (await server.call('GET', path)).status]).toEqual([
    { self: path.slice(0, -10) },
    404,
  ]);
  await step.call('PUT', 'artifacts/debug-log', new TextEncoder().encode('[TRACE] a line'));
  await step.finish({ outcome: 'errored' });

  expect((await plan()).links).toMatchObject({ 'debug-log': path });
  for (const address of [path, `/api/v2/runs/${runId}/plan/debug-log`]) {
    const answer = await server.call('GET', address);
    expect([answer.status, answer.text]).toEqual([200, '[TRACE] a line']);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  }
  const stranger = await server.addUser('somebody-else', [other.organization]);
  expect((await server.call('GET', path, undefined, stranger)).status).toBe(404);
  expect((await server.call('GET', `/api/v2/runs/${runId}/apply/debug-log`)).status).toBe(404);
});

test('a saved plan with generated configuration cannot be applied', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const given = { 'save-plan': true, 'allow-config-generation': true };
  const runId = await createRun(server, workspaceId, given);
  await (await mustClaim(server)).finishPlan({ generatedConfiguration: true });
  const read = await server.call('GET', `/api/v2/runs/${runId}`);
  expect(read.body.data.attributes).toMatchObject({
    status: 'planned_and_saved',
    actions: { 'is-confirmable': false, 'is-discardable': true },
  });
  expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`, {})).status).toBe(409);
});
