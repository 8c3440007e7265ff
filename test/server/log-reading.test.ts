import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, readyWorkspace } from '../support/scenario.ts';
import { mustClaim } from '../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

/** Longer than a read of other clients is held. */
const QUIET_MS = 1_500;

test('terraform gets no empty read while a plan goes on: it would take its end for the end of the log', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  await step.log('first\n');
  const plan = await server.call('GET', `/api/v2/runs/${runId}/plan`);
  const url = `${String(plan.body.data.attributes['log-read-url'])}?limit=65536&offset=`;
  const offset = '\u0002first\n'.length;

  const other = await fetch(`${url}${offset}`);
  expect(await other.text()).toBe('');
  const reading = fetch(`${url}${offset}`, { headers: { 'terraform-version': '1.11.4' } });
  await sleep(QUIET_MS);
  await step.log('last\n', 'first\n'.length);
  expect(await (await reading).text()).toBe('last\n');

  const ending = fetch(`${url}${offset + 'last\n'.length}`, { headers: { 'terraform-version': '1.11.4' } });
  await step.finishPlan();
  expect(await (await ending).text()).toBe('\u0003');
});
