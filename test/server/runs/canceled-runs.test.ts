import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RUNWRIGHT_FORCE_CANCEL_AFTER: '10' });
});
afterAll(async () => await server.close());

const action = async (runId: string, name: string, body?: unknown) =>
  await server.call('POST', `/api/v2/runs/${runId}/actions/${name}`, body);

describe('a cancel', () => {
  test('interrupts a running plan through the heartbeat and ends the run when the process has ended', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    const step = await mustClaim(server);
    const beat = step.call('POST', 'heartbeat', { waitMs: 20_000 });
    expect((await action(runId, 'cancel')).status).toBe(202);
    expect((await beat).text).toBe('{"signal":"interrupt"}');
    const { body } = await server.call('GET', `/api/v2/runs/${runId}`);
    expect(body.data.attributes).toMatchObject({ status: 'planning', actions: { 'is-cancelable': false } });
    expect(body.data.attributes['canceled-at']).toBeTypeOf('string');
    expect((await action(runId, 'force-cancel')).status).toBe(409);
    await step.finish({ outcome: 'canceled' });
    expect(await statusOf(server, runId)).toBe('canceled');
  });

  test('keeps what the apply has finished', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    await (await mustClaim(server)).finishPlan();
    await action(runId, 'apply');
    const apply = await mustClaim(server);
    await action(runId, 'cancel');
    await apply.sendState(1, ['finished']);
    await apply.finish({ outcome: 'canceled' });
    expect(await statusOf(server, runId)).toBe('canceled');
    const state = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
    expect(state.body.data.attributes['resource-count']).toBe(1);
  });

  test('leaves an apply applied that ended successfully before the cancel reached it', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    await (await mustClaim(server)).finishPlan();
    await action(runId, 'apply');
    const apply = await mustClaim(server);
    await action(runId, 'cancel');
    await apply.finish({ outcome: 'succeeded' });
    expect(await statusOf(server, runId)).toBe('applied');
  });

  test('by force frees the workspace at once and keeps the reported state, even a late one', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    const next = await createRun(server, workspaceId);
    await (await mustClaim(server)).finishPlan();
    await action(runId, 'apply');
    const apply = await mustClaim(server);
    await apply.sendState(1, ['a']);
    await action(runId, 'cancel');
    await server.platform.db
      .updateTable('run')
      .set({ force_cancel_available_at: new Date(Date.now() - 1) })
      .where('id', '=', runId)
      .execute();
    expect((await action(runId, 'force-cancel')).status).toBe(202);
    expect(await statusOf(server, runId)).toBe('force_canceled');
    expect(await statusOf(server, next)).toBe('plan_queued');
    expect((await apply.call('POST', 'heartbeat', { waitMs: 0 })).text).toBe('{"signal":"kill"}');
    expect((await apply.log('too late')).status).toBe(409);
    expect((await apply.sendState(1, ['a', 'b'])).status).toBe(200);
    const state = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
    expect(state.body.data.attributes['resource-count']).toBe(2);
    await action(next, 'cancel');
    await claim(server);
  });
});
