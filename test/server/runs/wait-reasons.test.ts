import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claimStepOf, type HeldStep } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  organization = await createOrganization(server);
  workspaceId = await createWorkspace(server, organization);
  await uploadConfiguration(server, workspaceId);
});

async function mustClaim(runId: string): Promise<HeldStep> {
  const step = await claimStepOf(server, runId);
  if (step === undefined) throw new Error(`${runId} has no step`);
  return step;
}

interface Reason {
  attributes: Record<string, unknown>;
  relationships: Record<string, { data: { id: string; type: string } | null }>;
}
const reasonsOf = async (runId: string): Promise<Reason[]> =>
  (await server.call('GET', `/api/v2/runs/${runId}/wait-reasons`)).body.data as unknown as Reason[];
async function only(runId: string): Promise<Reason> {
  const [reason, ...more] = await reasonsOf(runId);
  if (reason === undefined || more.length > 0) throw new Error(`${runId} has ${more.length} reasons`);
  return reason;
}
const act = async (runId: string, action: string) =>
  await server.call('POST', `/api/v2/runs/${runId}/actions/${action}`);

test('a run names what it waits for until its end, and how long that took before', async () => {
  const runId = await createRun(server, workspaceId);
  expect((await only(runId)).attributes).toMatchObject({
    kind: 'runners-busy',
    position: 1,
    'needs-person': false,
    'estimated-seconds': null,
  });
  const plan = await mustClaim(runId);
  expect((await only(runId)).attributes).toMatchObject({
    kind: 'terraform-works',
    'estimated-seconds': null,
  });
  await plan.finishPlan();
  const waiting = await only(runId);
  expect(waiting.attributes).toMatchObject({ kind: 'confirmation', 'needs-person': true });
  expect(waiting.attributes['since']).toMatch(/^2\d{3}-/);

  const next = await createRun(server, workspaceId);
  const last = await createRun(server, workspaceId);
  const behind = await only(next);
  expect(behind.attributes).toMatchObject({ kind: 'behind-run', position: 1, 'needs-person': true });
  expect(behind.relationships['blocking-run']?.data).toEqual({ type: 'runs', id: runId });
  expect((await only(last)).attributes['position']).toBe(2);

  await act(runId, 'apply');
  const apply = await mustClaim(runId);
  expect((await only(next)).attributes).toMatchObject({ 'needs-person': false });
  await act(runId, 'cancel');
  const canceled = await only(runId);
  expect(canceled.attributes).toMatchObject({ kind: 'cancel-requested' });
  expect(canceled.attributes['until']).toMatch(/^2\d{3}-/);
  await apply.finish({ outcome: 'canceled' });
  expect(await reasonsOf(runId)).toEqual([]);
  // By now the duration of one plan has been measured.
  const measured = (await only(next)).attributes;
  expect([measured['kind'], typeof measured['estimated-seconds']]).toEqual(['runners-busy', 'number']);
});

test('a run behind a lock names its owner, its time and its reason', async () => {
  await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`, { reason: 'a "move"' });
  const { attributes, relationships } = await only(await createRun(server, workspaceId));
  expect(attributes).toMatchObject({ kind: 'workspace-locked', 'needs-person': true });
  expect(attributes['message']).toMatch(/is locked by admin: "a \\"move\\""\. The run starts/);
  expect(attributes['since']).toMatch(/^2\d{3}-/);
  expect(relationships['locked-by']?.data?.type).toBe('users');
});

test('a plan-only run ignores the lock and waits for a runner', async () => {
  await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`);
  const runId = await createRun(server, workspaceId, { 'plan-only': true });
  expect((await only(runId)).attributes['kind']).toBe('runners-busy');
});

test('a run of a pool without agents says that none is online', async () => {
  const pools = `/api/v2/organizations/${organization}/agent-pools`;
  const pool = await server.call('POST', pools, {
    data: { type: 'agent-pools', attributes: { name: 'far' } },
  });
  const { id } = pool.body.data;
  await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
    data: { type: 'workspaces', attributes: { 'execution-mode': 'agent', 'agent-pool-id': id } },
  });
  const { attributes, relationships } = await only(await createRun(server, workspaceId));
  expect(attributes).toMatchObject({
    kind: 'no-runner-online',
    message: 'No agent of the pool far is online: start one.',
    'needs-person': true,
  });
  expect(relationships['agent-pool']?.data?.id).toBe(id);
});

test('a saved plan waits for its confirmation and then for the workspace', async () => {
  const holder = await createRun(server, workspaceId);
  const saved = await createRun(server, workspaceId, { 'save-plan': true });
  await (await mustClaim(saved)).finishPlan();
  expect((await only(saved)).attributes['kind']).toBe('confirmation');
  expect((await act(saved, 'apply')).status).toBe(202);
  const { attributes, relationships } = await only(saved);
  expect([attributes['kind'], relationships['blocking-run']?.data?.id]).toEqual(['behind-run', holder]);
});

test('the wait reasons of a run are hidden from callers who may not read it', async () => {
  const runId = await createRun(server, workspaceId);
  const stranger = await server.addUser('stranger-of-waits', []);
  const answer = await server.call('GET', `/api/v2/runs/${runId}/wait-reasons`, undefined, stranger);
  expect(answer.status).toBe(404);
});
