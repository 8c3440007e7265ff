/** Lost runners with their steps, and restarted servers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endLostSteps, recoverRuns } from '../../../src/server/runs/recover.ts';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

/** Makes a step look as if its runner had been silent for longer than its lease. */
async function silence(stepId: string): Promise<void> {
  await server.platform.db
    .updateTable('run_phase')
    .set({ heartbeat_at: new Date(Date.now() - 2 * server.platform.limits.leaseMs) })
    .where('id', '=', stepId)
    .execute();
}

test('a run whose runner is lost ends as errored and frees the workspace, and its late state is kept', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const next = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  await server.call('POST', `/api/v2/runs/${runId}/actions/apply`);
  const apply = await mustClaim(server);
  await apply.sendState(1, ['a']);
  expect(await endLostSteps(server.platform)).toBe(0);
  await silence(apply.id);
  expect(await endLostSteps(server.platform)).toBe(1);
  expect(await statusOf(server, runId)).toBe('errored');
  expect(await statusOf(server, next)).toBe('plan_queued');
  expect((await apply.finish({ outcome: 'succeeded' })).status).toBe(200);
  expect(await statusOf(server, runId)).toBe('errored');
  const resources = async () =>
    (await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`)).body.data
      .attributes['resource-count'];
  expect(await resources()).toBe(1);
  expect((await apply.sendState(1, ['a', 'b'])).status).toBe(200);
  expect(await resources()).toBe(2);
  const events = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
  expect(events.body.data.map(({ attributes }) => attributes['action'])).toContain('state_recovered');
  await (await mustClaim(server)).finish({ outcome: 'errored' });
});

test('a run whose runner was stopped ends and says why', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  await (await mustClaim(server)).finish({ outcome: 'canceled' });
  expect(await statusOf(server, runId)).toBe('errored');
  const { body } = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
  expect(body.data.at(-1)?.attributes).toMatchObject({
    action: 'errored',
    description: expect.stringContaining('The runner was stopped'),
  });
});

/** A run whose runner was silent for too long during the apply. */
async function loseApply() {
  const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
  const first = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const lost = await mustClaim(server);
  await silence(lost.id);
  await endLostSteps(server.platform);
  return { workspaceId, first, lost };
}

test('a late state never replaces one that was sent after it', async () => {
  const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
  await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const apply = await mustClaim(server);
  await apply.sendState(1, ['a', 'b', 'c'], 'a-lineage', 3);
  for (const sequence of [1, 2]) {
    expect((await apply.sendState(1, ['a'], 'a-lineage', sequence)).status).toBe(200);
  }
  for (const place of ['', '?sequence=', '?sequence=-1', '?sequence=9999999999999999']) {
    expect((await apply.call('PUT', `state${place}`, new TextEncoder().encode('{}'))).status).toBe(400);
  }
  await apply.finish({ outcome: 'succeeded' });
  const state = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
  expect(state.body.data.attributes).toMatchObject({ serial: 1, 'resource-count': 3 });
});

test('a late state that does not follow the current one is kept beside it and does not replace it', async () => {
  const { workspaceId, first, lost } = await loseApply();
  await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const second = await mustClaim(server);
  await second.sendState(5, ['current']);
  await second.finish({ outcome: 'succeeded' });
  expect((await lost.sendState(3, ['old', 'older'])).status).toBe(200);
  const state = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
  expect(state.body.data.attributes).toMatchObject({ serial: 5, 'resource-count': 1 });
  const apply = await server.call('GET', `/api/v2/runs/${first}/apply`);
  const errored = await server.call('GET', `/api/v2/applies/${apply.body.data.id}/errored-state`);
  expect(JSON.parse(errored.text)).toMatchObject({ serial: 3 });
});

test('a late state never becomes current between the plan and the apply of another run', async () => {
  const { workspaceId, first, lost } = await loseApply();
  const second = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const apply = await mustClaim(server);
  expect((await lost.sendState(1, ['late', 'later'])).status).toBe(200);
  await apply.sendState(1, ['current']);
  await apply.finish({ outcome: 'succeeded' });
  expect(await statusOf(server, second)).toBe('applied');
  const state = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
  expect(state.body.data.attributes).toMatchObject({ serial: 1, 'resource-count': 1 });
  const { body } = await server.call('GET', `/api/v2/runs/${first}/apply`);
  const kept = await server.call('GET', `/api/v2/applies/${body.data.id}/errored-state`);
  expect(JSON.parse(kept.text)).toMatchObject({ outputs: { names: { value: ['late', 'later'] } } });
});

test('a lost step that cannot be ended does not keep other lost steps from their end', async () => {
  const [stuck, free] = [await readyWorkspace(server, { 'auto-apply': true }), await readyWorkspace(server)];
  await createRun(server, stuck.workspaceId);
  await (await mustClaim(server)).finishPlan();
  const broken = await mustClaim(server);
  await silence(broken.id);
  const runId = await createRun(server, free.workspaceId);
  const lost = await mustClaim(server);
  await silence(lost.id);
  const snapshot = async (value: string | null) =>
    await server.platform.db
      .updateTable('run_phase')
      .set({ snapshot: value })
      .where('id', '=', broken.id)
      .execute();
  await snapshot('{"sha256":"none","serial":1}');
  expect(await endLostSteps(server.platform)).toBe(1);
  expect(await statusOf(server, runId)).toBe('errored');
  await snapshot(null);
  expect(await endLostSteps(server.platform)).toBe(1);
});

test('a restart renews the lease of running steps and queues runs that are in no queue', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const other = await readyWorkspace(server);
  const running = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  await silence(step.id);
  const queued = await createRun(server, other.workspaceId);
  // This looks like a restore from a backup without the queue's tables.
  await server.platform.db.deleteFrom('pgboss.job' as never).execute();
  expect(await claim(server)).toBeUndefined();
  await recoverRuns(server.platform);
  expect(await endLostSteps(server.platform)).toBe(0);
  expect(await statusOf(server, running)).toBe('planning');
  const recovered = await mustClaim(server);
  expect(recovered.run.id).toBe(queued);
  await step.finish({ outcome: 'errored' });
  await recovered.finish({ outcome: 'errored' });
});
