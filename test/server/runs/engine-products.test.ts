import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, readyWorkspace } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const patch = async (path: string, type: string, engine: unknown) =>
  await server.call('PATCH', path, { data: { type, attributes: { engine } } });

test('the engine of a run is its workspace’s, else the organization’s, else none', async () => {
  const { workspaceId, organization } = await readyWorkspace(server);
  const engineOfNext = async () => {
    await createRun(server, workspaceId, { 'plan-only': true });
    const step = await mustClaim(server);
    await step.finish({ outcome: 'errored' });
    return step.engine;
  };
  expect(await engineOfNext()).toBeNull();
  const changed = await patch(`/api/v2/organizations/${organization}`, 'organizations', 'opentofu');
  expect([changed.status, changed.body.data.attributes['engine']]).toEqual([200, 'opentofu']);
  expect(await engineOfNext()).toBe('opentofu');
  const own = await patch(`/api/v2/workspaces/${workspaceId}`, 'workspaces', 'terraform');
  expect([own.status, own.body.data.attributes['engine']]).toEqual([200, 'terraform']);
  expect(await engineOfNext()).toBe('terraform');
  await patch(`/api/v2/workspaces/${workspaceId}`, 'workspaces', null);
  expect(await engineOfNext()).toBe('opentofu');
  const wrong = await patch(`/api/v2/workspaces/${workspaceId}`, 'workspaces', 'pulumi');
  expect([wrong.status, wrong.body.errors?.[0]?.source?.pointer]).toEqual([422, '/data/attributes/engine']);
});

test('an apply uses the engine of its plan, even if the setting has changed', async () => {
  const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
  await createRun(server, workspaceId);
  const plan = await mustClaim(server);
  await patch(`/api/v2/workspaces/${workspaceId}`, 'workspaces', 'terraform');
  await plan.finishPlan({ engineVersion: '1.12.6', engine: 'opentofu' });
  const apply = await mustClaim(server);
  expect([apply.engineVersion, apply.engine]).toEqual(['1.12.6', 'opentofu']);
  await apply.finish({ outcome: 'succeeded' });
});
