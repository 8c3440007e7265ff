import { SOME_ARCHIVE } from '../../runner/configuration-archive.ts';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AGENT_PATH, LEASE_HEADER } from '../../../src/protocol/agent.ts';
import { planDigest } from '../../../src/server/approval-rules/binding.ts';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claim, hold, mustClaim, type HeldStep } from '../../support/scripted-runner.ts';
import { AGENT_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';
import { lock, postState, stateFile } from '../../support/states.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const STX = '\u0002';
const ETX = '\u0003';

async function logUrl(planId: string): Promise<string> {
  const { body } = await server.call('GET', `/api/v2/plans/${planId}`);
  return String(body.data.attributes['log-read-url']);
}

/** Sends the first bytes of an upload. Resolves when the server has begun to write them. */
async function beginUpload({ id, lease }: HeldStep, path: string, first: string) {
  const { hostname, port } = new URL(server.url);
  const request = httpRequest({
    hostname,
    port,
    method: 'PUT',
    path: `${AGENT_PATH}/steps/${id}/${path}`,
    headers: {
      authorization: `Bearer ${AGENT_TOKEN}`,
      'content-type': 'application/octet-stream',
      [LEASE_HEADER]: lease,
    },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  request.write(first);
  const incoming = join(server.homeFolder, 'blobs', 'incoming');
  await expect.poll(async () => await readdir(incoming), { timeout: 30_000 }).toHaveLength(1);
  return {
    async end(rest: string): Promise<number | undefined> {
      request.end(rest);
      const [response] = await answered;
      response.resume();
      return response.statusCode;
    },
  };
}

test('a step is given to only one runner, however many ask at once', async () => {
  const { workspaceId } = await readyWorkspace(server);
  await createRun(server, workspaceId);
  const claimed = await Promise.all(Array.from({ length: 8 }, () => claim(server)));
  const steps = claimed.filter((step) => step !== undefined);
  expect(steps).toHaveLength(1);
  await steps[0]?.finish({ outcome: 'errored' });
});

test('an apply is given to a runner on the same platform as its plan', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId, { 'auto-apply': true });
  const plan = (await claim(server, 'one', 'linux_amd64')) ?? expect.fail('no plan');
  const use = { address: 'a.test/b/c', version: '1.0.0', proof: 'signed', sizeBytes: 7, milliseconds: 3 };
  const providers = [{ ...use, h1: 'h1:x', source: 'registry' as const }];
  const modules = [{ key: 'm', source: 'git::https://a.test/m', commit: 'c0ffee', h1: 'h1:y' }];
  await plan.finishPlan({ platform: 'linux_amd64', providers, modules });
  expect(await claim(server, 'two', 'linux_arm64')).toBeUndefined();
  expect(await statusOf(server, runId)).toBe('apply_queued');
  const apply = await vi.waitUntil(async () => await claim(server, 'three', 'linux_amd64'), {
    timeout: 20_000,
  });
  expect(apply?.run.id).toBe(runId);
  await apply?.finish({ outcome: 'succeeded', providers: [{ ...use, source: 'store' }] });

  const { body } = await server.call('GET', `/api/v2/plans/${plan.id}`);
  const shown = {
    address: 'a.test/b/c',
    version: '1.0.0',
    proof: 'signed',
    'size-bytes': 7,
    milliseconds: 3,
  };
  expect(body.data.attributes).toMatchObject({
    providers: [{ ...shown, h1: 'h1:x', source: 'registry' }],
    modules: [{ key: 'm', source: 'git::https://a.test/m', version: null, commit: 'c0ffee', h1: 'h1:y' }],
  });
  const { body: applied } = await server.call('GET', `/api/v2/applies/${apply?.id}`);
  expect(applied.data.attributes).toMatchObject({ providers: [{ ...shown, h1: null, source: 'store' }] });
});

test('a runner that disconnects while its token is checked gets no step', async () => {
  const { port } = new URL(server.url);
  const body = JSON.stringify({ protocol: 1, name: 'gone', waitMs: 20_000 });
  const request = [
    `POST ${AGENT_PATH}/claim HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${AGENT_TOKEN}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  // The connection ends at each point of the server's work on a request.
  for (let leaveAfterMs = 0; leaveAfterMs < 30; leaveAfterMs += 1) {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(request);
    await sleep(leaveAfterMs / 5);
    socket.destroy();
  }
  await sleep(200);
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  await sleep(200);
  // The server may not have noticed some disconnects yet; until then it may hold the step for one of them.
  const step = await vi.waitFor(async () => await mustClaim(server), { timeout: 20_000, interval: 50 });
  expect(step.run.id).toBe(runId);
  await step.finish({ outcome: 'errored' });
});

test('a waiting runner gets a step as soon as there is one', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const waiting = fetch(`${server.url}/api/agent/v1/claim`, {
    method: 'POST',
    headers: { authorization: 'Bearer agent-token-for-these-tests', 'content-type': 'application/json' },
    body: JSON.stringify({ protocol: 1, name: 'patient', waitMs: 20_000 }),
  });
  const runId = await createRun(server, workspaceId);
  const step = hold(server, (await (await waiting).json()) as Parameters<typeof hold>[1]);
  expect(step.run.id).toBe(runId);
  await step.finish({ outcome: 'errored' });
});

test('an apply comes before plans, and speculative plans come last', async () => {
  const [one, two, three] = [
    await readyWorkspace(server),
    await readyWorkspace(server),
    await readyWorkspace(server, { 'auto-apply': true }),
  ];
  const applied = await createRun(server, three.workspaceId);
  const plan = await mustClaim(server);
  const speculative = await createRun(server, one.workspaceId, { 'plan-only': true });
  const normal = await createRun(server, two.workspaceId);
  await plan.finishPlan();
  const order = [await mustClaim(server), await mustClaim(server), await mustClaim(server)];
  expect(order.map(({ run }) => run.id)).toEqual([applied, normal, speculative]);
  for (const step of order) await step.finish({ outcome: 'errored' });
});

test('the step contains everything that the run asks for', async () => {
  const { organization, workspaceId } = await readyWorkspace(server, { 'working-directory': 'envs/prod' });
  await createRun(server, workspaceId, {
    'is-destroy': true,
    refresh: false,
    'target-addrs': ['module.a'],
    'replace-addrs': ['terraform_data.b[0]'],
    'invoke-action-addrs': ['action.local_command.b[0]'],
    'debugging-mode': true,
    variables: [{ key: 'k', value: '"v"' }],
  });
  const step = await mustClaim(server);
  expect(step).toMatchObject({
    phase: 'plan',
    run: {
      isDestroy: true,
      refresh: false,
      refreshOnly: false,
      planOnly: false,
      debuggingMode: true,
      targetAddrs: ['module.a'],
      replaceAddrs: ['terraform_data.b[0]'],
      invokeActionAddrs: ['action.local_command.b[0]'],
    },
    organization: { name: organization },
    project: { name: 'Default Project' },
    workspace: { id: workspaceId, workingDirectory: 'envs/prod', structuredRunOutput: true },
    engineVersion: 'latest',
    variables: [{ key: 'k', value: '"v"', category: 'terraform', form: 'auto', sensitive: false }],
    inputs: { state: null, plan: null },
  });
  expect((await step.call('GET', 'inputs/configuration')).text).toBe(SOME_ARCHIVE.toString());
  expect((await step.call('GET', 'inputs/state')).status).toBe(404);
  await step.finish({ outcome: 'errored' });
});

test('the log has start and end marks, is read by offset, and repeats no byte', async () => {
  const { workspaceId } = await readyWorkspace(server);
  await createRun(server, workspaceId);
  const step = await mustClaim(server);
  const url = await logUrl(step.id);
  const read = async (query: string) => (await server.call('GET', `${url}?${query}`, undefined, null)).text;
  expect(await read('offset=0&limit=100')).toBe(STX);
  expect((await step.log('first ')).text).toBe('{"lengthBytes":6}');
  expect((await step.log('first second', 0)).text).toBe('{"lengthBytes":12}');
  const gap = await step.log('later', 40);
  expect([gap.status, gap.text]).toEqual([409, '{"lengthBytes":12}']);
  expect(await read('offset=0&limit=100')).toBe(`${STX}first second`);
  expect(await read('offset=1&limit=5')).toBe('first');
  expect(await read('offset=7&limit=1000000')).toBe('second');
  // A read without new bytes waits for a second, which may be too short on a busy machine.
  const readNext = async (): Promise<string> => (await read('offset=13&limit=100')) || (await readNext());
  const held = readNext();
  await step.log(' third', 12);
  expect(await held).toBe(' third');
  await step.finishPlan({ hasChanges: false });
  expect(await read('offset=0')).toBe(`${STX}first second third${ETX}`);
  expect(await read('offset=19&limit=1')).toBe(ETX);
  expect(await read('offset=0&limit=19')).toBe(`${STX}first second third`);
  expect(await read('offset=20')).toBe('');
  expect(await read('offset=999999')).toBe('');
});

test('a read without a limit gets the whole log, however long it is', async () => {
  const { workspaceId } = await readyWorkspace(server);
  await createRun(server, workspaceId);
  const step = await mustClaim(server);
  const url = await logUrl(step.id);
  const part = 'x'.repeat(700_000);
  for (let index = 0; index < 4; index += 1) await step.log(part, index * part.length);
  await step.finishPlan({ hasChanges: false });
  const whole = (await server.call('GET', url, undefined, null)).text;
  expect(whole.length).toBe(4 * part.length + 2);
  expect(whole.endsWith(`x${ETX}`)).toBe(true);
  expect((await server.call('GET', `${url}?offset=2800000`, undefined, null)).text).toBe(`x${ETX}`);
});

test('a log address is valid for one log only, and not forever', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  const url = await logUrl(step.id);
  const [, signature = ''] = /\/([^/]+)$/.exec(url) ?? [];
  const apply = await server.call('GET', `/api/v2/runs/${runId}/apply`);
  const status = async (id: string, signed: string) =>
    (await server.call('GET', `/api/v2/logs/${id}/${signed}`, undefined, null)).status;
  expect(await status(step.id, signature)).toBe(200);
  expect(await status(apply.body.data.id, signature)).toBe(404);
  expect(await status(step.id, `${signature}x`)).toBe(404);
  expect(await status(step.id, signature.replace(/^[^.]+/, 'zzzz'))).toBe(404);
  const tenDaysAgo = new Date(Date.now() - 10 * 24 * 60 * 60 * 1000);
  expect(await status(step.id, server.platform.signer.sign('read-log', step.id, tenDaysAgo))).toBe(404);
  expect(await status(step.id, server.platform.signer.sign('download-state', step.id))).toBe(404);
  await step.finish({ outcome: 'errored' });
});

test('a successful plan without a plan file is refused', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  expect((await step.finish({ outcome: 'succeeded', hasChanges: true })).status).toBe(422);
  expect(await statusOf(server, runId)).toBe('planning');
  await step.finish({ outcome: 'errored' });
});

test('a plan gets the state that it was claimed with, even if that has been replaced since', async () => {
  const { workspaceId } = await readyWorkspace(server);
  await lock(server, workspaceId);
  const seen = stateFile({ serial: 1 });
  await postState(server, workspaceId, seen);
  await createRun(server, workspaceId, { 'plan-only': true });
  const step = await mustClaim(server);
  await postState(server, workspaceId, stateFile({ serial: 2, resources: [] }));
  expect((await step.call('GET', 'inputs/state')).text).toBe(seen);
  await step.finish({ outcome: 'errored' });
});

test('the files of a plan cannot change once the plan has ended', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  const upload = await beginUpload(step, 'artifacts/plan-file', 'another ');
  await step.finishPlan();
  const digest = await planDigest(server.platform.db, runId);
  await server.call('POST', `/api/v2/runs/${runId}/actions/apply`);
  expect(await upload.end('plan')).toBe(409);
  expect(await planDigest(server.platform.db, runId)).toBe(digest);
  const apply = await mustClaim(server);
  expect((await apply.call('GET', 'inputs/plan')).text).toBe('a plan file');
  await apply.finish({ outcome: 'errored' });
});

test('impossible values from a runner are refused with the name of the field', async () => {
  const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
  const runId = await createRun(server, workspaceId);
  const counts = { additions: 2 ** 31, changes: 0, destructions: 0, imports: 0 };
  const step = await mustClaim(server);
  const refused = await step.finishPlan({ counts });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('/counts/additions');
  expect(await statusOf(server, runId)).toBe('planning');
  for (const path of ['artifacts/plan-file', 'state', 'log?offset=0']) {
    expect([path, (await step.call('PUT', path)).status]).not.toEqual([path, 500]);
  }
  await step.finish({ outcome: 'errored' });
});

test('a waiting runner is answered at once when the server stops', async () => {
  const stopped = await startTestServer();
  let looked = 0;
  const { fetch: look } = stopped.platform.queue;
  stopped.platform.queue.fetch = (...all) => {
    looked += 1;
    return look(...all);
  };
  const waiting = fetch(`${stopped.url}${AGENT_PATH}/claim`, {
    method: 'POST',
    headers: { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ protocol: 1, name: 'patient', waitMs: 50_000 }),
  });
  await expect.poll(() => looked, { timeout: 30_000 }).toBe(1);
  await stopped.close();
  expect((await waiting).status).toBe(204);
  expect(looked).toBeLessThan(5);
});

test('finishing a second time changes nothing', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  expect((await step.finishPlan()).status).toBe(200);
  const events = async () => (await server.call('GET', `/api/v2/runs/${runId}/run-events`)).body.data.length;
  const before = await events();
  expect((await step.finish({ outcome: 'errored' })).status).toBe(200);
  expect(await statusOf(server, runId)).toBe('planned');
  expect(await events()).toBe(before);
  await server.call('POST', `/api/v2/runs/${runId}/actions/discard`);
});

test('a runner without the lease can do nothing', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  const thief = hold(server, { ...step, lease: 'guessed' });
  expect((await thief.log('x')).status).toBe(409);
  expect((await thief.sendState(9)).status).toBe(409);
  expect((await thief.call('GET', 'inputs/configuration')).status).toBe(409);
  expect((await thief.call('POST', 'heartbeat', { waitMs: 0 })).status).toBe(409);
  expect((await thief.finish({ outcome: 'succeeded' })).status).toBe(409);
  expect(await statusOf(server, runId)).toBe('planning');
  await step.finish({ outcome: 'errored' });
});

test('invalid state files replace nothing, and only an empty one is refused', async () => {
  const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
  await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const apply = await mustClaim(server);
  await apply.sendState(1, ['a']);
  for (const [rubbish, status] of [
    ['', 422],
    ['not json', 200],
    ['{"serial":3}', 200],
    ['[]', 200],
  ] as const) {
    const answer = await apply.call('PUT', 'state?sequence=2', new TextEncoder().encode(rubbish));
    expect([rubbish, answer.status]).toEqual([rubbish, status]);
  }
  await apply.finish({ outcome: 'succeeded' });
  const state = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
  expect(state.body.data.attributes['serial']).toBe(1);
});
