import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

async function drift(workspaceId: string): Promise<[unknown, unknown]> {
  const { attributes, relationships } = (await server.call('GET', `/api/v2/workspaces/${workspaceId}`)).body
    .data;
  const found = relationships?.['drift-found-by']?.data as { id: string } | null;
  return [attributes['resources-drifted'], found?.id ?? null];
}

const listed = async (drifted: string): Promise<string[]> =>
  (
    await server.call('GET', `/api/v2/organizations/${organization}/workspaces?filter[drifted]=${drifted}`)
  ).body.data.map(({ id }) => id);

async function planned(workspaceId: string, drifted: number | undefined, params = {}): Promise<string> {
  const id = await createRun(server, workspaceId, params);
  await (await mustClaim(server)).finishPlan(drifted === undefined ? {} : { drifted });
  return id;
}

test('a workspace has drifted from the plan that found it until another state is current', async () => {
  const [id, other] = [
    await createWorkspace(server, organization),
    await createWorkspace(server, organization),
  ];
  await uploadConfiguration(server, id);
  const apply = async (runId: string, serial: number): Promise<void> => {
    await server.call('POST', `/api/v2/runs/${runId}/actions/apply`);
    const step = await mustClaim(server);
    await step.sendState(serial);
    await step.finish({ outcome: 'succeeded' });
  };
  await apply(await planned(id, 0), 1);
  const applied = (await server.call('GET', `/api/v2/workspaces/${id}`)).body.data.attributes[
    'last-applied-at'
  ];
  expect(Date.now() - Date.parse(String(applied))).toBeLessThan(60_000);
  expect(await drift(id)).toEqual([null, null]);

  const looked = await planned(id, 3, { 'plan-only': true });
  expect(await drift(id)).toEqual([3, looked]);
  expect(await listed('true')).toEqual([id]);
  expect(await listed('false')).toEqual([other]);
  const refused = await server.call(
    'GET',
    `/api/v2/organizations/${organization}/workspaces?filter[drifted]=x`,
  );
  expect(refused.status).toBe(400);

  // A plan of a part, one without a refresh, and one of a runner that does not count say nothing about the whole.
  await planned(id, 0, { 'plan-only': true, 'target-addrs': ['null_resource.a'] });
  await planned(id, 0, { 'plan-only': true, refresh: false });
  await planned(id, undefined, { 'plan-only': true });
  expect(await drift(id)).toEqual([3, looked]);

  await apply(await planned(id, 2), 2);
  expect(await drift(id)).toEqual([null, null]);
  const clean = await planned(id, 0, { 'plan-only': true });
  expect(await drift(id)).toEqual([0, clean]);
  expect(await listed('true')).toEqual([]);
});
