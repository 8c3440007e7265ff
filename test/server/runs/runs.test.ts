import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRun,
  createWorkspace,
  readyWorkspace,
  runBody,
  statusOf,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RUNWRIGHT_FORCE_CANCEL_AFTER: '10' });
});
afterAll(async () => await server.close());

const action = async (runId: string, name: string, body?: unknown) =>
  await server.call('POST', `/api/v2/runs/${runId}/actions/${name}`, body);

/** Claims the next plan and finishes it. */
async function planNext(change?: Parameters<Awaited<ReturnType<typeof mustClaim>>['finishPlan']>[0]) {
  const step = await mustClaim(server);
  expect((await step.finishPlan(change)).status).toBe(200);
  return step;
}

describe('creating a run', () => {
  test('answers 201 with the run as it was created, its plan and its apply, and it has started', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const { status, body } = await server.call(
      'POST',
      '/api/v2/runs',
      runBody(workspaceId, { message: 'hello' }),
    );
    expect(status).toBe(201);
    expect(body.data.id).toMatch(/^run-[a-zA-Z0-9]{16}$/);
    expect(await statusOf(server, body.data.id)).toBe('plan_queued');
    expect(body.data.attributes).toMatchObject({
      status: 'pending',
      message: 'hello',
      source: 'tfe-api',
      'plan-only': false,
      refresh: true,
      'has-changes': false,
      variables: [],
      'target-addrs': null,
    });
    expect(body.data.attributes['status-timestamps']).toHaveProperty('plan-queueable-at');
    expect(body.data.relationships['plan']?.data?.id).toMatch(/^plan-/);
    expect(body.data.relationships['apply']?.data?.id).toMatch(/^apply-/);
    await (await mustClaim(server)).finish({ outcome: 'errored' });
  });

  test.each([
    ['no body at all', undefined, 422],
    ['a body that is not JSON', '{"data":', 422],
    ['no workspace', { data: { type: 'runs', attributes: {} } }, 422],
  ])('refuses %s', async (_what, body, status) => {
    const answer = await server.call('POST', '/api/v2/runs', body);
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.[0]?.status).toBe(String(status));
    expect(answer.body.errors?.[0]?.detail).toBeTypeOf('string');
  });

  test('refuses options that the workspace does not allow', async () => {
    const local = await readyWorkspace(server, { 'execution-mode': 'local' });
    expect((await server.call('POST', '/api/v2/runs', runBody(local.workspaceId))).status).toBe(422);
    const precious = await readyWorkspace(server, { 'allow-destroy-plan': false });
    const destroy = await server.call(
      'POST',
      '/api/v2/runs',
      runBody(precious.workspaceId, { 'is-destroy': true }),
    );
    expect(destroy.body.errors?.[0]?.source?.pointer).toBe('/data/attributes/is-destroy');
    const empty = await createWorkspace(server, precious.organization);
    const without = await server.call('POST', '/api/v2/runs', runBody(empty));
    expect(without.status).toBe(422);
    expect(without.body.errors?.[0]?.detail).toMatch(/upload one/);
  });

  test('an unknown workspace is not found', async () => {
    expect((await server.call('POST', '/api/v2/runs', runBody('ws-AAAAAAAAAAAAAAAA'))).status).toBe(404);
  });

  test('a speculative configuration makes a plan-only run, whatever the request asks for', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const versionId = await uploadConfiguration(server, workspaceId, undefined, { speculative: true });
    const body = runBody(workspaceId, {
      'plan-only': false,
      'auto-apply': true,
      'terraform-version': '1.11.4',
    });
    const { body: answer } = await server.call('POST', '/api/v2/runs', {
      data: {
        ...body.data,
        relationships: {
          ...body.data.relationships,
          'configuration-version': { data: { id: versionId, type: 'configuration-versions' } },
        },
      },
    });
    expect(answer.data.attributes).toMatchObject({ 'plan-only': true, 'auto-apply': false });
    await planNext();
    expect(await statusOf(server, answer.data.id)).toBe('planned_and_finished');
  });
});

describe('the life of a run', () => {
  test('waits for a person, applies what was approved, and keeps the state', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    await planNext();
    const { body } = await server.call('GET', `/api/v2/runs/${runId}`);
    expect(body.data.attributes).toMatchObject({
      status: 'planned',
      'has-changes': true,
      'terraform-version': '1.11.4',
      actions: { 'is-confirmable': true, 'is-discardable': true, 'is-cancelable': false },
    });
    expect((await action(runId, 'apply', { comment: 'looks good' })).status).toBe(202);
    const apply = await mustClaim(server);
    expect(apply.phase).toBe('apply');
    expect(apply.inputs.plan?.sizeBytes).toBe('a plan file'.length);
    expect(await statusOf(server, runId)).toBe('applying');
    await apply.sendState(1, ['a', 'b']);
    await apply.finish({
      outcome: 'succeeded',
      counts: { additions: 2, changes: 0, destructions: 0, imports: 0 },
    });
    const done = await server.call('GET', `/api/v2/runs/${runId}`);
    expect(done.body.data.attributes['status']).toBe('applied');
    expect(done.body.data.relationships['confirmed-by']?.data?.id).toMatch(/^user-/);
    const state = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
    expect(state.body.data.attributes).toMatchObject({
      serial: 1,
      lineage: 'a-lineage',
      'resource-count': 2,
    });
    const outputs = await server.call(
      'GET',
      `/api/v2/workspaces/${workspaceId}/current-state-version-outputs`,
    );
    expect(outputs.body.data[0]?.attributes).toMatchObject({
      name: 'names',
      value: ['a', 'b'],
      type: 'array',
    });
    const comments = await server.call('GET', `/api/v2/runs/${runId}/comments`);
    expect(comments.body.data.map(({ attributes }) => attributes['body'])).toEqual(['looks good']);
    const events = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
    expect(events.body.data.map(({ attributes }) => attributes['action'])).toEqual([
      'queued',
      'plan_queued',
      'planning',
      'planned',
      'confirmed',
      'apply_queued',
      'applying',
      'applied',
    ]);
  });

  test('two reads of a finished run are equal', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId, { 'plan-only': true });
    await planNext();
    const path = `/api/v2/runs/${runId}?include=plan,apply,workspace,created_by`;
    expect((await server.call('GET', path)).body).toEqual((await server.call('GET', path)).body);
  });

  test('a plan-only run ends after its plan and can never be applied', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId, { 'plan-only': true, 'auto-apply': true });
    await planNext();
    expect(await statusOf(server, runId)).toBe('planned_and_finished');
    expect((await action(runId, 'apply')).status).toBe(409);
    expect(await claim(server)).toBeUndefined();
  });

  test('a plan without changes finishes the run, unless an empty apply is allowed', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const plain = await createRun(server, workspaceId);
    await planNext({ hasChanges: false });
    expect(await statusOf(server, plain)).toBe('planned_and_finished');
    const empty = await createRun(server, workspaceId, { 'allow-empty-apply': true });
    await planNext({ hasChanges: false });
    expect(await statusOf(server, empty)).toBe('apply_queued');
    await (await mustClaim(server)).finish({ outcome: 'succeeded' });
    expect(await statusOf(server, empty)).toBe('applied');
  });

  test('auto-apply needs no confirmation', async () => {
    const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
    const runId = await createRun(server, workspaceId);
    await planNext();
    expect(await statusOf(server, runId)).toBe('apply_queued');
    await (await mustClaim(server)).finish({ outcome: 'succeeded' });
    expect(await statusOf(server, runId)).toBe('applied');
  });

  test('a plan with generated configuration can never be applied', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId, {
      'auto-apply': true,
      'allow-config-generation': true,
    });
    await planNext({ generatedConfiguration: true });
    expect(await statusOf(server, runId)).toBe('planned');
    const read = await server.call('GET', `/api/v2/runs/${runId}`);
    expect(read.body.data.attributes['actions']).toMatchObject({ 'is-confirmable': false });
    const applied = await action(runId, 'apply');
    expect([applied.status, applied.body.errors?.[0]?.detail]).toEqual([
      409,
      expect.stringContaining('add it to the configuration') as string,
    ]);
    expect((await action(runId, 'discard')).status).toBe(202);
  });

  test('a failed plan makes the run errored and frees the workspace', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const first = await createRun(server, workspaceId);
    const second = await createRun(server, workspaceId);
    expect(await statusOf(server, second)).toBe('pending');
    await (await mustClaim(server)).finish({ outcome: 'errored', message: 'main.tf is not valid' });
    expect(await statusOf(server, first)).toBe('errored');
    expect(await statusOf(server, second)).toBe('plan_queued');
    await (await mustClaim(server)).finish({ outcome: 'errored' });
  });

  test('runs of a workspace take turns, oldest first', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const [first = '', second = '', third = ''] = [
      await createRun(server, workspaceId),
      await createRun(server, workspaceId),
      await createRun(server, workspaceId),
    ];
    await planNext();
    expect([await statusOf(server, second), await statusOf(server, third)]).toEqual(['pending', 'pending']);
    expect((await action(first, 'discard')).status).toBe(202);
    expect([await statusOf(server, second), await statusOf(server, third)]).toEqual([
      'plan_queued',
      'pending',
    ]);
    expect((await action(third, 'cancel')).status).toBe(202);
    expect((await action(second, 'cancel')).status).toBe(202);
    expect(await claim(server)).toBeUndefined();
  });

  test('a plan-only run does not wait for the workspace', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const holder = await createRun(server, workspaceId);
    await planNext();
    const speculative = await createRun(server, workspaceId, { 'plan-only': true });
    await planNext();
    expect(await statusOf(server, speculative)).toBe('planned_and_finished');
    await action(holder, 'discard');
  });

  test('runs wait while the workspace is locked, and start when it is unlocked', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const lock = await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`, {
      reason: 'maintenance',
    });
    expect(lock.status).toBe(200);
    const runId = await createRun(server, workspaceId);
    expect(await statusOf(server, runId)).toBe('pending');
    const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
    expect(workspace.body.data.attributes).toMatchObject({ locked: true, 'locked-reason': 'maintenance' });
    expect(workspace.body.data.relationships['current-run']?.data?.id).toBe(runId);
    expect((await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/unlock`)).status).toBe(200);
    expect(await statusOf(server, runId)).toBe('plan_queued');
    expect((await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`)).status).toBe(409);
    await action(runId, 'cancel');
    await claim(server);
  });
});

describe('an action that is not possible now', () => {
  test('is answered 409 with the sentence that clients know, and changes nothing', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    for (const [name, sentence] of [
      ['apply', /not paused for confirmation; apply not allowed/],
      ['discard', /not paused for confirmation or priority; discard not allowed/],
      ['force-cancel', /has not been canceled non-forcefully/],
    ] as const) {
      const answer = await action(runId, name, { comment: 'never kept' });
      expect(answer.status).toBe(409);
      expect(answer.body.errors?.[0]?.detail).toMatch(sentence);
    }
    expect(await statusOf(server, runId)).toBe('plan_queued');
    expect((await server.call('GET', `/api/v2/runs/${runId}/comments`)).body.data).toEqual([]);
    await action(runId, 'cancel');
    await claim(server);
    expect((await action(runId, 'cancel')).status).toBe(409);
    expect((await action('run-AAAAAAAAAAAAAAAA', 'cancel')).status).toBe(404);
  });

  test('an apply is refused when the state has changed since the plan', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const saved = await createRun(server, workspaceId, { 'save-plan': true });
    await planNext();
    const normal = await createRun(server, workspaceId);
    await planNext();
    await action(normal, 'apply');
    const apply = await mustClaim(server);
    await apply.sendState(1);
    // The saved plan is confirmed during the other apply, and waits for it.
    expect((await action(saved, 'apply')).status).toBe(202);
    await apply.finish({ outcome: 'succeeded' });
    expect(await claim(server)).toBeUndefined();
    expect(await statusOf(server, saved)).toBe('errored');
  });
});
