import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claimStepOf } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { attachTask, createTask, stagesOf, type TaskOptions } from '../../support/task-scenario.ts';
import { callBack, startTaskService, type TaskService } from '../../support/task-service.ts';

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

const untilStatus = async (runId: string, status: string): Promise<void> =>
  await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe(status);
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A run in a workspace with one task. */
async function runWithTask(options: TaskOptions = {}, run: Record<string, unknown> = {}) {
  const ready = await readyWorkspace(server);
  const ids = await attachTask(server, ready, service.url, options);
  return { ...ready, ...ids, runId: await createRun(server, ready.workspaceId, run) };
}

/** The same run after its plan, when its service has been asked about the plan. */
async function askedAfterPlan(options: TaskOptions = {}, run: Record<string, unknown> = {}) {
  const made = await runWithTask(options, run);
  await (await claimStepOf(server, made.runId))?.finishPlan();
  return { ...made, asked: await service.requestFor(made.runId, 'post_plan') };
}

describe('a service of a run task', () => {
  test('gets the signed run, and lets it go on with its answer', async () => {
    const { runId, workspaceId, asked, attachedId, taskId } = await askedAfterPlan({
      attributes: { 'hmac-key': 'the key of both' },
    });
    expect(await statusOf(server, runId)).toBe('post_plan_running');
    expect(asked.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^TFC\/1\.0 /),
      'x-tfc-task-signature': createHmac('sha512', 'the key of both').update(asked.body).digest('hex'),
    });
    expect(asked.payload).toMatchObject({
      payload_version: 1,
      stage: 'post_plan',
      capabilities: { outcomes: true },
      is_speculative: false,
      run_id: runId,
      workspace_id: workspaceId,
      task_result_enforcement_level: 'mandatory',
      run_app_url: expect.stringContaining(`/runs/${runId}`),
      task_result_callback_url: expect.stringMatching(/\/api\/v2\/task-results\/taskrs-\w{16}\/callback$/),
    });
    const running = await callBack(asked, {
      status: 'running',
      message: 'half of it',
      url: 'https://example.com/1',
    });
    expect([running.status, await running.text()]).toEqual([200, '']);
    const outcome = {
      type: 'task-result-outcomes',
      attributes: {
        'outcome-id': 'PRTNR-CC-TF-127',
        description: 'ST-2942: S3 bucket will not enforce MFA',
        body: '# Resolution\n\nMore.',
        url: 'https://example.com/1#1',
        tags: { Status: [{ label: 'Denied', level: 'error' }], Severity: [{ label: 'High' }] },
      },
    };
    const passed = await callBack(asked, { status: 'passed', message: '4 passed' }, { outcomes: [outcome] });
    expect(passed.status).toBe(200);
    await untilStatus(runId, 'post_plan_completed');
    const [stage] = await stagesOf(server, runId);
    expect(stage?.attributes).toMatchObject({
      stage: 'post_plan',
      status: 'passed',
      'status-timestamps': {
        'pending-at': expect.any(String),
        'running-at': expect.any(String),
        'passed-at': expect.any(String),
      },
    });
    expect(stage?.results).toMatchObject([
      {
        attributes: {
          status: 'passed',
          message: '4 passed',
          url: 'https://example.com/1',
          stage: 'post_plan',
          'task-id': taskId,
          'workspace-task-id': attachedId,
          'task-result-outcomes-count': 1,
        },
      },
    ]);
    const findings = await server.call('GET', `/api/v2/task-results/${stage?.results[0]?.id}/outcomes`);
    const [finding] = findings.body.data as unknown as {
      id: string;
      attributes: object;
      links: { body: string };
    }[];
    expect(finding?.attributes).toMatchObject({
      'outcome-id': 'PRTNR-CC-TF-127',
      tags: { Severity: [{ label: 'High', level: 'none' }] },
    });
    expect((await server.call('GET', `/api/v2/task-result-outcomes/${finding?.id}`)).body.data).toEqual(
      finding,
    );
    expect((await server.call('GET', finding?.links.body ?? '')).text).toBe('# Resolution\n\nMore.');
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(202);
  });

  test('reads the plan and the configuration of that run, and nothing else', async () => {
    const { runId, workspaceId, asked } = await askedAfterPlan();
    const other = await askedAfterPlan();
    const { access_token: token, plan_json_api_url: plan = '' } = asked.payload;
    const read = async (url: string) =>
      (await fetch(url.startsWith('http') ? url : `${server.url}/api/v2/${url}`, bearer(token))).status;
    expect(await (await fetch(plan, bearer(token))).json()).toEqual({ format_version: '1.2' });
    expect(await read(`runs/${runId}/plan/json-output`)).toBe(200);
    expect(await read(asked.payload['configuration_version_download_url'] ?? '')).toBe(200);
    const run = await server.call('GET', `/api/v2/runs/${runId}`);
    expect(run.status).toBe(200);
    for (const url of [
      other.asked.payload['plan_json_api_url'] ?? '',
      other.asked.payload['configuration_version_download_url'] ?? '',
      plan.replace('json-output', 'json-schema'),
      `runs/${runId}`,
      `runs/${other.runId}/plan/json-output`,
      `runs/${runId}/task-stages`,
      `workspaces/${workspaceId}`,
      `workspaces/${workspaceId}/current-state-version`,
      `workspaces/${workspaceId}/vars`,
      'organizations',
      'account/details',
    ])
      expect([url, await read(url)]).not.toEqual([url, 200]);
    expect((await callBack(asked, { status: 'passed' })).status).toBe(200);
    expect(await read(plan)).toBe(401);
  });

  test('ends the run if the task is mandatory and fails, with the reason', async () => {
    const { runId, asked } = await askedAfterPlan({}, { 'auto-apply': true });
    await callBack(asked, { status: 'failed', message: 'no' });
    await untilStatus(runId, 'errored');
    expect(await stagesOf(server, runId)).toMatchObject([
      { attributes: { status: 'failed' }, results: [{ attributes: { status: 'failed', message: 'no' } }] },
    ]);
    const events = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
    expect(events.text).toContain('A mandatory run task failed: ');
  });

  test('does not block the run if the task is advisory', async () => {
    const { runId, asked } = await askedAfterPlan({ level: 'advisory' }, { 'auto-apply': true });
    await callBack(asked, { status: 'failed' });
    await untilStatus(runId, 'apply_queued');
    expect(await stagesOf(server, runId)).toMatchObject([
      { attributes: { status: 'passed' }, results: [{ attributes: { status: 'failed' } }] },
    ]);
  });

  test('is asked at each of its stages, and the last one cannot undo an apply', async () => {
    const stages = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'];
    const { runId } = await runWithTask({ stages });
    expect(await statusOf(server, runId)).toBe('pre_plan_running');
    const beforePlan = await service.requestFor(runId, 'pre_plan');
    expect(beforePlan.payload).not.toHaveProperty('plan_json_api_url');
    await callBack(beforePlan, { status: 'passed' });
    await untilStatus(runId, 'plan_queued');
    await (await claimStepOf(server, runId))?.finishPlan();
    await callBack(await service.requestFor(runId, 'post_plan'), { status: 'passed' });
    await untilStatus(runId, 'post_plan_completed');
    await server.call('POST', `/api/v2/runs/${runId}/actions/apply`);
    expect(await statusOf(server, runId)).toBe('pre_apply_running');
    expect(await claimStepOf(server, runId)).toBeUndefined();
    await callBack(await service.requestFor(runId, 'pre_apply'), { status: 'passed' });
    await untilStatus(runId, 'apply_queued');
    const apply = await claimStepOf(server, runId);
    await apply?.sendState(1);
    await apply?.finish({ outcome: 'succeeded', engineVersion: '1.11.4' });
    expect(await statusOf(server, runId)).toBe('post_apply_running');
    await callBack(await service.requestFor(runId, 'post_apply'), { status: 'failed' });
    await untilStatus(runId, 'applied');
    const all = await stagesOf(server, runId);
    expect(all.map(({ attributes: { stage, status } }) => [stage, status])).toEqual([
      ['pre_plan', 'passed'],
      ['post_plan', 'passed'],
      ['pre_apply', 'passed'],
      ['post_apply', 'failed'],
    ]);
  });

  test('is asked once for every workspace if the task is global, with the stricter of both levels', async () => {
    const ready = await readyWorkspace(server);
    const { taskId } = await attachTask(server, ready, service.url, {
      level: 'mandatory',
      attributes: {
        'global-configuration': {
          enabled: true,
          stages: ['post_plan', 'pre_plan'],
          'enforcement-level': 'advisory',
        },
      },
    });
    await createTask(server, ready.organization, service.url, { enabled: false });
    const runId = await createRun(server, ready.workspaceId);
    expect(await stagesOf(server, runId)).toMatchObject([
      {
        attributes: { stage: 'pre_plan' },
        results: [
          { attributes: { 'workspace-task-id': null, 'workspace-task-enforcement-level': 'advisory' } },
        ],
      },
      {
        attributes: { stage: 'post_plan', status: 'pending' },
        results: [{ attributes: { 'task-id': taskId, 'workspace-task-enforcement-level': 'mandatory' } }],
      },
    ]);
    await server.call('POST', `/api/v2/runs/${runId}/actions/cancel`);
    const all = await stagesOf(server, runId);
    expect(all.map((stage) => [stage.attributes.status, stage.results[0]?.attributes['status']])).toEqual([
      ['canceled', 'canceled'],
      ['unreachable', 'unreachable'],
    ]);
  });
});

describe('a stage with tasks that can be overridden', () => {
  const overridable = { attributes: { overridable: true } };

  test('waits for a decision, and of two overrides at the same time one is refused', async () => {
    const { runId, asked } = await askedAfterPlan(overridable, { 'auto-apply': true });
    await callBack(asked, { status: 'failed' });
    await untilStatus(runId, 'post_plan_awaiting_decision');
    const [stage] = await stagesOf(server, runId);
    expect(stage?.attributes).toMatchObject({
      status: 'awaiting_override',
      actions: { 'is-overridable': true },
      permissions: { 'can-override': true },
    });
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(409);
    const reasons = await server.call('GET', `/api/v2/runs/${runId}/wait-reasons`);
    expect(reasons.body.data).toMatchObject([
      { attributes: { kind: 'decision-on-phase', 'needs-person': true } },
    ]);
    const path = `/api/v2/task-stages/${stage?.id}/actions/override`;
    const answers = await Promise.all([
      server.call('POST', path, { comment: 'agreed' }),
      server.call('POST', path, { comment: 'agreed' }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 200)?.body.data.attributes).toMatchObject({
      status: 'passed',
      'override-comment': 'agreed',
      actions: { 'is-overridable': false },
    });
    expect(await statusOf(server, runId)).toBe('apply_queued');
  });

  test('ends a plan-only run, which does not wait for a decision', async () => {
    const { runId, asked } = await askedAfterPlan(overridable, { 'plan-only': true });
    await callBack(asked, { status: 'failed' });
    await untilStatus(runId, 'errored');
  });

  test('can be discarded', async () => {
    const { runId, asked } = await askedAfterPlan(overridable);
    await callBack(asked, { status: 'failed' });
    await untilStatus(runId, 'post_plan_awaiting_decision');
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/discard`)).status).toBe(202);
    expect(await stagesOf(server, runId)).toMatchObject([{ attributes: { status: 'canceled' } }]);
  });
});
