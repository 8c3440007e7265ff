/**
 * Runs with a mandatory task, policies and an approval rule, and events in any order: none is ever
 * applied with a failed task, a failed policy or a void approval.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { celPolicies, createPolicySet } from '../support/policy-scenario.ts';
import { createRun, readyWorkspace, statusOf, uniqueName } from '../support/scenario.ts';
import { claimStepOf } from '../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { attachTask, stagesOf } from '../support/task-scenario.ts';
import { callBack, startTaskService, type TaskService } from '../support/task-service.ts';

let server: TestServer;
let service: TaskService;
beforeAll(async () => {
  service = await startTaskService();
  server = await startTestServer({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  service.close();
});

const EVENTS = [
  'task passes',
  'task fails',
  'task is overridden',
  'policy is overridden',
  'approve',
  'variable changes',
  'confirm',
  'runner takes the apply',
] as const;
type Event = (typeof EVENTS)[number];

interface Scene {
  policy: 'none' | 'passes' | 'soft' | 'hard';
  isOverridable: boolean;
  autoApply: boolean;
  events: Event[];
}

const scene: fc.Arbitrary<Scene> = fc.record({
  policy: fc.constantFrom('none', 'passes', 'soft', 'hard'),
  isOverridable: fc.boolean(),
  autoApply: fc.boolean(),
  events: fc.array(fc.constantFrom(...EVENTS), { minLength: 4, maxLength: 10 }),
});

/** The actual events, with which the state of the server is compared. */
interface Truth {
  task: 'silent' | 'passed' | 'failed' | 'overridden';
  policy: 'ok' | 'failed' | 'overridden';
  isApproved: boolean;
  isApplied: boolean;
}

const SETS = {
  passes: celPolicies(['rule', 'hard-mandatory', 'true']),
  soft: celPolicies(['rule', 'soft-mandatory', 'false']),
  hard: celPolicies(['rule', 'hard-mandatory', 'false']),
};

async function play({ policy, isOverridable, autoApply, events }: Scene): Promise<Truth> {
  const ready = await readyWorkspace(server);
  const { workspaceId, organization } = ready;
  await attachTask(server, ready, service.url, { attributes: { overridable: isOverridable } });
  if (policy !== 'none') await createPolicySet(server, organization, SETS[policy]);
  const reviewer = await server.addUser(uniqueName('reviewer'), [organization]);
  const rules = { 'approval-rules': [{ 'team-id': null, approvals: 1 }] };
  await call('PATCH', `workspaces/${workspaceId}`, { data: { attributes: rules } });
  const runId = await createRun(server, workspaceId, { 'auto-apply': autoApply });
  await (await claimStepOf(server, runId))?.finishPlan();
  const asked = await service.requestFor(runId, 'post_plan');
  const truth: Truth = {
    task: 'silent',
    policy: policy === 'none' || policy === 'passes' ? 'ok' : 'failed',
    isApproved: false,
    isApplied: false,
  };
  const answer = async (status: 'passed' | 'failed'): Promise<void> => {
    if ((await callBack(asked, { status })).status === 200) truth.task = status;
    // The test waits for the policies, since events during their evaluation belong to other tests.
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).not.toBe('policy_checking');
  };
  const actions: Record<Event, () => Promise<void>> = {
    'task passes': async () => await answer('passed'),
    'task fails': async () => await answer('failed'),
    async 'task is overridden'() {
      const [stage] = await stagesOf(server, runId);
      const path = `task-stages/${stage?.id}/actions/override`;
      if ((await call('POST', path, {})) === 200) truth.task = 'overridden';
      await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).not.toBe('policy_checking');
    },
    async 'policy is overridden'() {
      const { body } = await server.call('GET', `/api/v2/runs/${runId}/policy-checks`);
      const [check] = body.data as unknown as { id: string }[];
      if (check === undefined) return;
      if ((await call('POST', `policy-checks/${check.id}/actions/override`, {})) === 200)
        truth.policy = 'overridden';
    },
    async approve() {
      if ((await call('POST', `runs/${runId}/actions/approve`, {}, reviewer)) < 300) truth.isApproved = true;
    },
    async 'variable changes'() {
      const attributes = { key: uniqueName('variable'), value: 'v', category: 'terraform' };
      await call('POST', `workspaces/${workspaceId}/vars`, { data: { attributes } });
      truth.isApproved = false;
    },
    confirm: async () => void (await call('POST', `runs/${runId}/actions/apply`, {})),
    async 'runner takes the apply'() {
      const step = await claimStepOf(server, runId);
      if (step === undefined) return;
      expect([step.phase, truth]).toEqual([
        'apply',
        {
          task: expect.stringMatching(/passed|overridden/),
          policy: expect.stringMatching(/ok|overridden/),
          isApproved: true,
          isApplied: false,
        },
      ]);
      await step.sendState(1);
      await step.finish({ outcome: 'succeeded', engineVersion: '1.11.4' });
      truth.isApplied = true;
    },
  };
  for (const event of events) await actions[event]();
  expect((await statusOf(server, runId)) === 'applied').toBe(truth.isApplied);
  return truth;
}

const call = async (method: string, path: string, body: object, token?: string): Promise<number> =>
  (await server.call(method, `/api/v2/${path}`, body, token)).status;

const WHOLE: Event[] = ['task passes', 'approve', 'confirm', 'runner takes the apply'];

test('a run that passes everything is applied', async () => {
  const played = await play({ policy: 'passes', isOverridable: false, autoApply: false, events: WHOLE });
  expect(played.isApplied).toBe(true);
});

test('an approval that is void when a runner asks keeps the run from being applied', async () => {
  const events: Event[] = ['task passes', 'approve', 'confirm', 'variable changes', 'runner takes the apply'];
  const played = await play({ policy: 'none', isOverridable: false, autoApply: false, events });
  expect(played.isApplied).toBe(false);
});

test('no order of events applies a run that may not be applied', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (one) => void (await play(one))),
    { numRuns: Number(process.env['RUNWRIGHT_TEST_ORDERS'] ?? 8), endOnFailure: true },
  );
});
