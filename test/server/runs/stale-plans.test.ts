/** Saved plans whose state has changed are discarded at once, since they can never be applied. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { lock, md5, postState, put, stateFile } from '../../support/states.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

async function savedPlan(): Promise<{ workspaceId: string; runId: string }> {
  const { workspaceId } = await readyWorkspace(server);
  await lock(server, workspaceId);
  await postState(server, workspaceId, stateFile({ serial: 1 }));
  const runId = await createRun(server, workspaceId, { 'save-plan': true });
  await (await mustClaim(server)).finishPlan();
  expect(await statusOf(server, runId)).toBe('planned_and_saved');
  return { workspaceId, runId };
}

test('a saved plan is discarded when a state version is created', async () => {
  const { workspaceId, runId } = await savedPlan();
  expect((await postState(server, workspaceId, stateFile({ serial: 2 }))).status).toBe(201);
  expect(await statusOf(server, runId)).toBe('discarded');
  const run = await server.call('GET', `/api/v2/runs/${runId}`);
  expect(run.body.data.attributes['actions']).toMatchObject({ 'is-confirmable': false });
});

test('a saved plan is discarded when an announced state is uploaded, and not before', async () => {
  const { workspaceId, runId } = await savedPlan();
  const file = stateFile({ serial: 2 });
  const attributes = { serial: 2, lineage: 'a-lineage', md5: md5(file) };
  const announced = await server.call('POST', `/api/v2/workspaces/${workspaceId}/state-versions`, {
    data: { type: 'state-versions', attributes },
  });
  expect(await statusOf(server, runId)).toBe('planned_and_saved');
  expect((await put(announced.body.data.attributes['hosted-state-upload-url'], file)).status).toBe(200);
  expect(await statusOf(server, runId)).toBe('discarded');
});

test('a saved plan is discarded when the state is rolled back', async () => {
  const { workspaceId, runId } = await savedPlan();
  const current = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
  const rolled = await server.call('PATCH', `/api/v2/workspaces/${workspaceId}/state-versions`, {
    data: { relationships: { 'rollback-state-version': { data: { id: current.body.data.id } } } },
  });
  expect(rolled.status).toBe(201);
  expect(await statusOf(server, runId)).toBe('discarded');
});
