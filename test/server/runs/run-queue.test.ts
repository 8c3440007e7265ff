import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expireSpeculativePlans } from '../../../src/server/runs/recover.ts';
import {
  createOrganization,
  createRun,
  createWorkspace,
  runBody,
  statusOf,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  organization = await createOrganization(server);
});

async function workspace(attributes: Record<string, unknown> = {}): Promise<string> {
  const id = await createWorkspace(server, organization, attributes);
  await uploadConfiguration(server, id);
  return id;
}

async function readQueue(): Promise<[string, unknown][]> {
  const { body } = await server.call('GET', `/api/v2/organizations/${organization}/runs/queue`);
  expect(body.meta?.pagination).toMatchObject({ 'total-count': body.data.length });
  return body.data.map(({ id, attributes }) => [id, attributes['position-in-queue']]);
}

const capacity = async () =>
  (await server.call('GET', `/api/v2/organizations/${organization}/capacity`)).body.data;

const queuedAt = async (runId: string) =>
  (
    (await server.call('GET', `/api/v2/runs/${runId}/plan`)).body.data.attributes[
      'status-timestamps'
    ] as Record<string, string>
  )['queued-at']?.replace('+00:00', '.000Z');

async function emptyQueue(): Promise<void> {
  for (let step = await claim(server); step; step = await claim(server))
    await step.finish({ outcome: 'errored' });
}

describe("an organization's queue", () => {
  test('has the order in which runs get a runner: applies, plans, plan-only runs, and by age', async () => {
    expect(await readQueue()).toEqual([]);
    expect(await capacity()).toEqual({
      id: organization,
      type: 'organization-capacity',
      attributes: { pending: 0, running: 0, 'oldest-queued-at': null, runners: expect.any(Number) },
    });
    const applying = await createRun(server, await workspace({ 'auto-apply': true }));
    await (await mustClaim(server)).finishPlan();
    const running = await mustClaim(server);
    const toApply = await createRun(server, await workspace());
    await (await mustClaim(server)).finishPlan();
    const speculative = await createRun(server, await workspace(), { 'plan-only': true });
    const [first, second] = [await workspace(), await workspace()];
    const plans = [await createRun(server, first), await createRun(server, second)];
    const behind = await createRun(server, first);
    await server.call('POST', `/api/v2/runs/${toApply}/actions/apply`);

    expect(await readQueue()).toEqual([
      [toApply, 2],
      [plans[0], 3],
      [plans[1], 4],
      [speculative, 5],
    ]);
    // The one runner has asked for work, under one name, and works.
    expect((await capacity()).attributes).toEqual({
      pending: 4,
      running: 1,
      // The apply is before it in the queue, and was queued after it.
      'oldest-queued-at': await queuedAt(speculative),
      runners: 1,
    });
    const position = async (id: string) =>
      (await server.call('GET', `/api/v2/runs/${id}`)).body.data.attributes['position-in-queue'];
    // A run with a runner and a run that waits for its workspace are in no queue.
    expect([await position(applying), await position(behind), await position(speculative)]).toEqual([
      0, 0, 5,
    ]);

    await running.finish({ outcome: 'errored' });
    const order = [];
    for (let step = await claim(server); step; step = await claim(server)) order.push(step.run.id);
    expect(order).toEqual([toApply, ...plans, speculative]);
  });

  test('shows a page at a time, and nothing to strangers', async () => {
    const runs = [];
    for (let index = 0; index < 3; index += 1) runs.push(await createRun(server, await workspace()));
    const page = await server.call(
      'GET',
      `/api/v2/organizations/${organization}/runs/queue?page[size]=2&page[number]=2`,
    );
    expect(page.body.data.map(({ id }) => id)).toEqual([runs[2]]);
    expect(page.body.meta?.pagination).toMatchObject({ 'total-count': 3, 'total-pages': 2 });
    const stranger = await server.addUser(`stranger-of-${organization}`, []);
    for (const path of ['runs', 'runs/queue', 'capacity']) {
      const answer = await server.call(
        'GET',
        `/api/v2/organizations/${organization}/${path}`,
        undefined,
        stranger,
      );
      expect([path, answer.status]).toEqual([path, 404]);
    }
    await emptyQueue();
  });
});

describe('a run with auto-apply', () => {
  test('is never confirmable: it goes from its plan to the queue of applies in one step', async () => {
    const id = await createRun(server, await workspace({ 'auto-apply': true }));
    const step = await mustClaim(server);
    const seen: unknown[] = [];
    const finishing = step.finishPlan();
    const finished = new AbortController();
    void finishing.then(() => finished.abort());
    while (!finished.signal.aborted) {
      const { body } = await server.call('GET', `/api/v2/runs/${id}`);
      seen.push(body.data.attributes['status']);
      expect(body.data.attributes['actions']).toMatchObject({ 'is-confirmable': false });
    }
    await finishing;
    expect(['planning', 'apply_queued']).toEqual(expect.arrayContaining([...new Set(seen)]));
    await emptyQueue();
  });

  test('that fails is still applying for the terraform CLI until the CLI has read the log', async () => {
    const workspaceId = await workspace();
    const asTerraform = async (method: string, url: string, body?: unknown) =>
      await fetch(new URL(url, server.url), {
        method,
        headers: {
          authorization: 'Bearer admin-token-for-these-tests',
          'content-type': 'application/vnd.api+json',
          'x-terraform-integration': 'cloud',
          'terraform-version': '1.11.4',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const create = async (): Promise<string> => {
      const body = runBody(workspaceId, { 'auto-apply': true });
      const response = await asTerraform('POST', '/api/v2/runs', body);
      return ((await response.json()) as { data: { id: string } }).data.id;
    };
    const shown = async (id: string): Promise<unknown> => {
      const response = await asTerraform('GET', `/api/v2/runs/${id}`);
      return ((await response.json()) as { data: { attributes: { status: string } } }).data.attributes.status;
    };

    const id = await create();
    expect([await statusOf(server, id), await shown(id)]).toEqual(['plan_queued', 'pending']);
    await (await mustClaim(server)).finishPlan();
    expect([await statusOf(server, id), await shown(id)]).toEqual(['apply_queued', 'confirmed']);
    await (await mustClaim(server)).finish({ outcome: 'errored' });
    expect([await statusOf(server, id), await shown(id)]).toEqual(['errored', 'applying']);
    const apply = await server.call('GET', `/api/v2/runs/${id}/apply`);
    const log = String(apply.body.data.attributes['log-read-url']);
    await fetch(`${log}?limit=65536&offset=0`);
    expect(await shown(id)).toBe('applying');
    await asTerraform('GET', `${log}?limit=65536&offset=0`);
    expect(await shown(id)).toBe('errored');

    // This time the CLI that created the run has gone.
    const left = await create();
    await (await mustClaim(server)).finishPlan();
    await (await mustClaim(server)).finish({ outcome: 'errored' });
    const longAgo = JSON.stringify({ 'errored-at': new Date(Date.now() - 61_000).toISOString() });
    await server.platform.db
      .updateTable('run_phase')
      .set({ status_timestamps: longAgo })
      .where('run_id', '=', left)
      .where('kind', '=', 'apply')
      .execute();
    expect(await shown(left)).toBe('errored');
  });
});

describe('a plan-only run that no runner has claimed for hours', () => {
  test('is canceled, but not a younger one, a normal one or a running one', async () => {
    const old = await createRun(server, await workspace(), { 'plan-only': true });
    const normal = await createRun(server, await workspace());
    const young = await createRun(server, await workspace(), { 'plan-only': true });
    await server.platform.db
      .updateTable('run')
      .set({ created_at: new Date(Date.now() - server.platform.limits.speculativeQueueMs - 1) })
      .where('id', 'in', [old, normal])
      .execute();
    expect(await expireSpeculativePlans(server.platform)).toBe(1);
    expect(await Promise.all([old, normal, young].map((id) => statusOf(server, id)))).toEqual([
      'canceled',
      'plan_queued',
      'plan_queued',
    ]);
    const plan = await server.call('GET', `/api/v2/runs/${old}/plan`);
    expect(plan.body.data.attributes['status']).toBe('canceled');
    await emptyQueue();
    expect(await statusOf(server, old)).toBe('canceled');
  });
});

test('saved plans do not hold the workspace until they are applied, and are discarded when the state changes', async () => {
  const workspaceId = await workspace();
  const act = async (id: string, name: string) =>
    (await server.call('POST', `/api/v2/runs/${id}/actions/${name}`)).status;
  const [saved = '', other = ''] = [
    await createRun(server, workspaceId, { 'save-plan': true }),
    await createRun(server, workspaceId, { 'save-plan': true }),
  ];
  await (await mustClaim(server)).finishPlan();
  await (await mustClaim(server)).finishPlan();
  expect(await statusOf(server, saved)).toBe('planned_and_saved');
  const normal = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  expect(await act(saved, 'apply')).toBe(202);
  expect(await statusOf(server, saved)).toBe('confirmed');
  await act(normal, 'discard');
  expect(await statusOf(server, saved)).toBe('apply_queued');
  const apply = await mustClaim(server);
  await apply.sendState(1);
  await apply.finish({ outcome: 'succeeded' });
  expect(await statusOf(server, saved)).toBe('applied');
  expect(await statusOf(server, other)).toBe('discarded');
});
