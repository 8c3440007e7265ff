import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RiskFinding } from '../../../src/protocol/plan-risk.ts';
import {
  createOrganization,
  createRun,
  createWorkspace,
  statusOf,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claimStepOf, type HeldStep } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  workspaceId = await createWorkspace(server, await createOrganization(server), { 'auto-apply': true });
  await uploadConfiguration(server, workspaceId);
});

async function mustClaim(runId: string): Promise<HeldStep> {
  const step = await claimStepOf(server, runId);
  if (step === undefined) throw new Error(`${runId} has no step`);
  return step;
}

const finding = (rule: string, count = 1): RiskFinding => ({
  rule,
  count,
  rows: [{ address: 'aws_db_instance.main', detail: 'aws_db_instance' }],
});

async function planned(risks?: RiskFinding[], more: object = {}): Promise<string> {
  const runId = await createRun(server, workspaceId);
  const answer = await (await mustClaim(runId)).finishPlan({ ...(risks && { risks }), ...more });
  expect(answer.status).toBe(200);
  return runId;
}

interface Summary {
  score: number | null;
  reasons: { rule: string }[];
  rows: { detail: string }[];
}
const summaryOf = async (runId: string) =>
  (await server.call('GET', `/api/v2/runs/${runId}/risk-summary`)).body.data.attributes as unknown as Summary;
const limit = async (score: unknown) =>
  await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
    data: { type: 'workspaces', attributes: { 'auto-apply-below-risk': score } },
  });
const lastEvent = async (runId: string): Promise<unknown> =>
  (await server.call('GET', `/api/v2/runs/${runId}/run-events`)).body.data.at(-1)?.attributes['description'];

test('the findings of a runner are scored, stored and shown with the plan', async () => {
  const runId = await createRun(server, workspaceId);
  expect(await summaryOf(runId)).toEqual({ score: null, level: null, reasons: [], rows: [] });
  await (await mustClaim(runId)).finishPlan({ risks: [finding('moved', 3), finding('stateful-destroyed')] });
  expect(await summaryOf(runId)).toEqual({
    score: 62,
    level: 'high',
    reasons: [
      { rule: 'stateful-destroyed', text: '1 resource that holds data is destroyed', points: 60, count: 1 },
      { rule: 'moved', text: '3 resources get another address', points: 4, count: 3 },
    ],
    rows: [
      { rule: 'stateful-destroyed', address: 'aws_db_instance.main', detail: 'aws_db_instance' },
      { rule: 'moved', address: 'aws_db_instance.main', detail: 'aws_db_instance' },
    ],
  });
  const plan = await server.call('GET', `/api/v2/runs/${runId}/plan`);
  expect(plan.body.data.attributes).toMatchObject({ 'risk-score': 62, 'risk-level': 'high' });
});

test.each([
  ['no limit', null, [finding('stateful-destroyed')], 'apply_queued'],
  ['a plan below the limit', 61, [finding('stateful-destroyed')], 'apply_queued'],
  ['a plan at the limit', 60, [finding('stateful-destroyed')], 'planned'],
  ['a plan without risk and the lowest limit', 1, [], 'apply_queued'],
  ['a runner that does not look for risks', 100, undefined, 'planned'],
  ['no limit and such a runner', null, undefined, 'apply_queued'],
])('%s: a run with auto-apply is %s', async (_what, score, risks, status) => {
  expect((await limit(score)).status).toBe(200);
  const runId = await planned(risks);
  expect(await statusOf(server, runId)).toBe(status);
  if (status === 'apply_queued') return;
  expect(await lastEvent(runId)).toMatch(/^It waits for somebody to confirm it: its r/);
  expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(202);
});

test.each([0, 101, 1.5, '50', true])('%j is refused as a limit', async (score) => {
  const answer = await limit(score);
  expect(answer.status).toBe(422);
  expect(answer.body.errors?.[0]?.source?.pointer).toBe('/data/attributes/auto-apply-below-risk');
});

const provider = (version: string) => ({
  address: 'registry.terraform.io/acme/cloud',
  version,
  proof: '',
  source: 'store' as const,
  sizeBytes: 1,
  milliseconds: 1,
});

test.each([
  ['1.4.0', '2.0.0', true],
  ['2.0.0', '1.9.9', true],
  ['0.4.1', '0.5.0', true],
  ['1.4.0', '1.5.0', false],
  ['0.4.1', '0.4.9', false],
])('a change of a provider from %s to %s adds to the risk: %s', async (before, after, adds) => {
  const first = await planned([], { providers: [provider(before)] });
  const apply = await mustClaim(first);
  await apply.sendState(1);
  await apply.finish({ outcome: 'succeeded' });
  const { reasons, rows, score } = await summaryOf(await planned([], { providers: [provider(after)] }));
  expect(reasons.map(({ rule }) => rule)).toEqual(adds ? ['provider-major-changed'] : []);
  expect(score).toBe(adds ? 20 : 0);
  if (adds) expect(rows[0]?.detail).toBe(`${before} → ${after}`);
});

test('a runner cannot report findings that only the server makes, and invalid findings are refused', async () => {
  const runId = await planned([finding('provider-major-changed')]);
  expect(await summaryOf(runId)).toMatchObject({ score: 0, reasons: [] });
  const next = await createRun(server, workspaceId, { 'plan-only': true });
  const step = await mustClaim(next);
  for (const risks of [
    [{ ...finding('moved'), count: 0 }],
    [{ ...finding('No Rule!') }],
    [{ ...finding('a'), more: 1 }],
  ]) {
    expect((await step.finishPlan({ risks })).status).toBe(422);
  }
});
