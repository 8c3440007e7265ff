import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  ({ workspaceId } = await readyWorkspace(server));
});

const forceExecute = async (runId: string, token?: string) =>
  await server.call('POST', `/api/v2/runs/${runId}/actions/force-execute`, undefined, token);
const statuses = async (ids: string[]) => await Promise.all(ids.map((id) => statusOf(server, id)));

async function createRuns(count: number): Promise<string[]> {
  const ids = [];
  for (let index = 0; index < count; index += 1) ids.push(await createRun(server, workspaceId));
  return ids;
}

async function actionsOf(runId: string): Promise<unknown[]> {
  const { body } = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
  return body.data.map(({ attributes }) => attributes['action']);
}

describe('force-executing a run', () => {
  test('discards the run that holds the workspace and the runs queued before it, and then plans', async () => {
    const [holder = '', earlier = '', target = '', later = ''] = await createRuns(4);
    const step = await mustClaim(server);
    await step.finishPlan();
    const answer = await forceExecute(target);
    expect([answer.status, answer.text]).toEqual([202, 'null']);
    expect(await statuses([holder, earlier, target, later])).toEqual([
      'discarded',
      'discarded',
      'plan_queued',
      'pending',
    ]);
    expect(await actionsOf(target)).toEqual(['queued', 'force_executed', 'plan_queued']);
    expect((await actionsOf(earlier)).at(-1)).toBe('discarded');
    const apply = await server.call('GET', `/api/v2/runs/${holder}/apply`);
    expect(apply.body.data.attributes['status']).toBe('unreachable');
    expect((await mustClaim(server)).run.id).toBe(target);
    expect(await claim(server)).toBeUndefined();
    expect((await forceExecute(target)).status).toBe(403);
  });

  test('is refused while the run before it is at work, and changes nothing', async () => {
    const [holder = '', target = ''] = await createRuns(2);
    for (const wanted of ['plan_queued', 'planning']) {
      expect(await statusOf(server, holder)).toBe(wanted);
      const answer = await forceExecute(target);
      expect(answer.status).toBe(409);
      expect(answer.body.errors?.[0]?.detail).toContain(holder);
      if (wanted === 'plan_queued') await mustClaim(server);
    }
    expect(await statuses([holder, target])).toEqual(['planning', 'pending']);
    expect(await actionsOf(target)).toEqual(['queued']);
  });

  test('is forbidden when no run is before it, even if a person has locked the workspace', async () => {
    await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`, {});
    const [target = ''] = await createRuns(1);
    expect((await forceExecute(target)).status).toBe(403);
    expect(await statusOf(server, target)).toBe('pending');
    expect((await forceExecute('nonexisting')).status).toBe(404);
    const stranger = await server.addUser(`stranger-to-${workspaceId}`, []);
    expect((await forceExecute(target, stranger)).status).toBe(404);
  });

  test('succeeds for one of two runs at the same time, and one run holds the workspace', async () => {
    const [holder = '', one = '', other = ''] = await createRuns(3);
    await (await mustClaim(server)).finishPlan();
    const answers = await Promise.all([forceExecute(one), forceExecute(other)]);
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted).toHaveLength(1);
    const after = await statuses([holder, one, other]);
    expect(after[0]).toBe('discarded');
    expect(after.filter((status) => status === 'plan_queued')).toHaveLength(1);
    while ((await claim(server)) !== undefined);
  });
});

/** The expected statuses of a workspace's runs after a force-execute, oldest first, or the status of the refusal. */
function foretell(before: readonly string[], target: number, locked: boolean): string[] | number {
  if (before[target] !== 'pending') return 403;
  const holder = before.findIndex((status) =>
    ['plan_queued', 'planning', 'planned', 'applying'].includes(status),
  );
  if (holder === -1 || locked) return 403;
  if (before[holder] !== 'planned') return 409;
  return before.map((status, index) => {
    if (index === target) return 'plan_queued';
    return index === holder || (status === 'pending' && index < target) ? 'discarded' : status;
  });
}

test("force-execute does what the state machine allows, in any state of the workspace's runs", async () => {
  const scenario = fc.record({
    count: fc.integer({ min: 1, max: 5 }),
    holderReaches: fc.constantFrom('plan_queued', 'planning', 'planned', 'planned', 'applying', 'errored'),
    canceled: fc.option(fc.nat({ max: 4 })),
    locked: fc.boolean(),
    target: fc.nat({ max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ count, holderReaches, canceled, locked, target }) => {
      ({ workspaceId } = await readyWorkspace(server));
      if (locked) await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`, {});
      const ids = await createRuns(count);
      if (!locked && holderReaches !== 'plan_queued') {
        const step = await mustClaim(server);
        if (holderReaches === 'errored') await step.finish({ outcome: 'errored' });
        else if (holderReaches !== 'planning') await step.finishPlan();
        if (holderReaches === 'applying') {
          await server.call('POST', `/api/v2/runs/${ids[0]}/actions/apply`);
          await mustClaim(server);
        }
      }
      if (canceled !== null && canceled > 0 && canceled < count) {
        await server.call('POST', `/api/v2/runs/${ids[canceled]}/actions/cancel`);
      }
      const before = await statuses(ids);
      const index = target % count;
      const expected = foretell(before, index, locked);
      const answer = await forceExecute(ids[index] ?? '');
      expect(answer.status).toBe(typeof expected === 'number' ? expected : 202);
      expect(await statuses(ids)).toEqual(typeof expected === 'number' ? before : expected);
      while ((await claim(server)) !== undefined);
    }),
    { numRuns: 25 },
  );
}, 240_000);
