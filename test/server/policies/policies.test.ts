import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOXES_PLAN, celPolicies, createPolicySet } from '../../support/policy-scenario.ts';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claimStepOf } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const get = async (path: string) => (await server.call('GET', `/api/v2/${path}`)).body;
const NO_DELETE = 'plan.resource_changes.all(r, !("delete" in r.change.actions))';

/** An expression of 100^depth steps. */
const list = `[${Array.from({ length: 100 }, (_, index) => index).join(',')}]`;
const nested = (depth: number, inner: string): string =>
  depth === 0 ? inner : `${list}.all(x${depth}, ${nested(depth - 1, inner)})`;

/** A planned run in a workspace with these policies, once the check is over. */
async function checkedRun(
  files: Record<string, string> | null,
  { run = {}, set = {} }: { run?: Record<string, unknown>; set?: Record<string, unknown> } = {},
) {
  const { organization, workspaceId } = await readyWorkspace(server);
  const setId = await createPolicySet(server, organization, files, set);
  const runId = await createRun(server, workspaceId, run);
  await (await claimStepOf(server, runId))?.finishPlan({}, BOXES_PLAN);
  await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).not.toBe('policy_checking');
  const { data } = await get(`runs/${runId}/policy-checks`);
  const [check] = data as unknown as { id: string; attributes: Record<string, unknown> }[];
  return { organization, workspaceId, setId, runId, check, status: await statusOf(server, runId) };
}

describe('a run under policies', () => {
  test('goes on when they pass or only an advisory one fails', async () => {
    const { status, check, runId } = await checkedRun(
      celPolicies(
        ['passes', 'hard-mandatory', 'size(plan.resource_changes) == 2 && !run.is_destroy'],
        ['advises', 'advisory', NO_DELETE, 'Something is deleted.'],
      ),
    );
    expect(status).toBe('policy_checked');
    expect(check?.attributes).toMatchObject({
      status: 'passed',
      scope: 'organization',
      result: { result: true, passed: 1, 'total-failed': 1, 'advisory-failed': 1, 'hard-failed': 0 },
      actions: { 'is-overridable': false },
      'status-timestamps': { 'queued-at': expect.any(String), 'passed-at': expect.any(String) },
    });
    const output = await server.call('GET', `/api/v2/policy-checks/${check?.id}/output`);
    expect(output.text).toContain('pass  passes (hard-mandatory)');
    expect(output.text).toContain('FAIL  advises (advisory)\n        Something is deleted.');
    const run = await server.call('GET', `/api/v2/runs/${runId}?include=policy_checks`);
    expect(run.body.included).toMatchObject([{ id: check?.id, type: 'policy-checks' }]);
    expect(run.body.data.attributes).toMatchObject({ actions: { 'is-confirmable': true } });
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(202);
  });

  test('ends when a hard-mandatory one fails, and says which', async () => {
    const { status, check, runId, workspaceId } = await checkedRun(
      celPolicies(['no-delete', 'hard-mandatory', NO_DELETE]),
      {
        run: { 'auto-apply': true },
      },
    );
    expect(status).toBe('errored');
    expect((await get(`workspaces/${workspaceId}`)).data).toMatchObject({
      attributes: { 'policy-check-failures': 1 },
    });
    expect(check?.attributes).toMatchObject({ status: 'hard_failed', result: { 'hard-failed': 1 } });
    const events = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
    expect(events.text).toContain('A mandatory policy failed: no-delete.');
    const path = `/api/v2/policy-checks/${check?.id}/actions/override`;
    expect((await server.call('POST', path)).status).toBe(409);
  });

  test('is still checked for the terraform CLI for a minute after one has ended it, so that it shows the plan', async () => {
    const { runId } = await checkedRun(celPolicies(['never', 'hard-mandatory', 'false']));
    await server.platform.db.updateTable('run').set({ source: 'tfe-cli' }).where('id', '=', runId).execute();
    const shown = async () => {
      const headers = { authorization: 'Bearer admin-token-for-these-tests', 'terraform-version': '1.11.4' };
      const response = await fetch(new URL(`/api/v2/runs/${runId}`, server.url), { headers });
      return ((await response.json()) as { data: { attributes: { status: string } } }).data.attributes.status;
    };
    expect([await statusOf(server, runId), await shown()]).toEqual(['errored', 'policy_checking']);
    const at = new Date(Date.now() - 61_000).toISOString().replace(/\.\d+Z$/, '+00:00');
    const longAgo = JSON.stringify({ 'errored-at': at });
    await server.platform.db
      .updateTable('run')
      .set({ status_timestamps: longAgo })
      .where('id', '=', runId)
      .execute();
    expect(await shown()).toBe('errored');
  });

  test('waits when a soft-mandatory one fails, and of two overrides at the same time one is refused', async () => {
    const { status, check, runId } = await checkedRun(
      celPolicies(['no-delete', 'soft-mandatory', NO_DELETE]),
    );
    expect(status).toBe('policy_override');
    expect(check?.attributes).toMatchObject({
      status: 'soft_failed',
      actions: { 'is-overridable': true },
      permissions: { 'can-override': true },
    });
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(409);
    const path = `/api/v2/policy-checks/${check?.id}/actions/override`;
    const answers = await Promise.all([
      server.call('POST', path, { comment: 'agreed with security' }),
      server.call('POST', path, { comment: 'agreed with security' }),
    ]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
    expect(await statusOf(server, runId)).toBe('policy_checked');
    expect((await get(`policy-checks/${check?.id}`)).data).toMatchObject({
      attributes: { status: 'overridden', 'override-comment': 'agreed with security' },
      relationships: { 'overridden-by': { data: { type: 'users' } } },
    });
    const { data } = await get(`runs/${runId}/comments`);
    expect(data).toMatchObject([{ attributes: { body: 'agreed with security' } }]);
  });

  test('with auto-apply is applied after the override', async () => {
    const { check, runId } = await checkedRun(celPolicies(['no', 'soft-mandatory', 'false']), {
      run: { 'auto-apply': true },
    });
    await server.call('POST', `/api/v2/policy-checks/${check?.id}/actions/override`);
    expect(await statusOf(server, runId)).toBe('apply_queued');
  });

  test('that is plan-only ends as soft-failed', async () => {
    const { status } = await checkedRun(celPolicies(['no', 'soft-mandatory', 'false']), {
      run: { 'plan-only': true },
    });
    expect(status).toBe('policy_soft_failed');
  });

  test('shows the outcome of each policy, in lists with filters', async () => {
    const { check } = await checkedRun(
      celPolicies(
        ['lists', 'soft-mandatory', 'plan.resource_changes.map(r, r.address + " changes")'],
        ['passes', 'advisory', 'true'],
        ['breaks', 'advisory', 'plan.nothing == 1'],
      ),
    );
    const { data } = await get(`policy-checks/${check?.id}`);
    const [evaluation] = data.relationships['policy-evaluations']?.data as unknown as { id: string }[];
    expect((await get(`policy-evaluations/${evaluation?.id}`)).data.attributes).toMatchObject({
      status: 'failed',
      'policy-kind': 'cel',
      'result-count': { 'mandatory-failed': 1, 'advisory-failed': 0, passed: 1, errored: 1 },
    });
    const path = `policy-evaluations/${evaluation?.id}/policy-set-outcomes`;
    const outcomes = (await get(path)).data as unknown as {
      id: string;
      attributes: { outcomes: object[] };
    }[];
    expect(outcomes[0]?.attributes.outcomes).toMatchObject([
      {
        policy_name: 'lists',
        status: 'failed',
        output: [{ print: 'box_server.gone changes' }, { print: 'box_server.new changes' }],
      },
      { policy_name: 'passes', status: 'passed', output: [] },
      { policy_name: 'breaks', status: 'errored', output: [{ print: 'No such key: nothing' }] },
    ]);
    expect((await get(`policy-set-outcomes/${outcomes[0]?.id}`)).data).toEqual(outcomes[0]);
    const narrowed = await get(`${path}?filter[0][status]=failed&filter[1][status]=errored`);
    const [only] = narrowed.data as unknown as typeof outcomes;
    expect(only?.attributes.outcomes).toMatchObject([{ policy_name: 'lists' }, { policy_name: 'breaks' }]);
    expect((await server.call('GET', `/api/v2/${path}?filter[0][name]=x`)).status).toBe(400);
  });
});

describe('a set that is evaluated in the stage after the plan', () => {
  const stageOf = async (runId: string) => {
    const { data, included = [] } = await get(`runs/${runId}/task-stages?include=policy_evaluations`);
    const [stage] = data as unknown as { id: string; attributes: { status: string } }[];
    return { ...stage, included: included as { id: string; type: string; attributes: object }[] };
  };

  test('holds a run with a failed soft-mandatory policy until the stage is overridden', async () => {
    const { runId, check, status } = await checkedRun(
      celPolicies(['no-delete', 'soft-mandatory', NO_DELETE, 'Something is deleted.']),
      { set: { 'agent-enabled': true } },
    );
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('post_plan_awaiting_decision');
    expect([status, check]).toEqual([expect.stringMatching(/^post_plan_/), undefined]);
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(409);
    const { id, attributes, included } = await stageOf(runId);
    expect(attributes).toMatchObject({
      stage: 'post_plan',
      status: 'awaiting_override',
      actions: { 'is-overridable': true },
    });
    expect(included).toMatchObject([
      {
        attributes: {
          status: 'failed',
          'policy-kind': 'cel',
          'result-count': { 'mandatory-failed': 1 },
          'status-timestamps': { 'pending-at': expect.any(String), 'failed-at': expect.any(String) },
        },
        relationships: { 'policy-attachable': { data: { type: 'task-stages', id } } },
      },
    ]);
    const list = (await get(`task-stages/${id}/policy-evaluations`)).data as unknown as { id: string }[];
    expect(list.map((one) => one.id)).toEqual(included.map((one) => one.id));
    const path = `policy-evaluations/${list[0]?.id}`;
    const outcomes = await get(`${path}/policy-set-outcomes?filter[0][enforcement_level]=mandatory`);
    const [outcome] = outcomes.data as unknown as { id: string }[];
    expect(outcome).toMatchObject({
      attributes: {
        outcomes: [{ policy_name: 'no-delete', output: [{ print: 'Something is deleted.' }] }],
        overridable: true,
        result_count: { 'mandatory-failed': 1 },
      },
    });
    expect((await get(`policy-set-outcomes/${outcome?.id}`)).data).toEqual(outcome);
    const whole = await get(`${path}?include=policy_set_outcomes`);
    expect(whole.included).toEqual(outcomes.data);
    const events = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
    expect(events.text).toContain('A policy failed that can be overridden: no-delete.');
    const override = `/api/v2/task-stages/${id}/actions/override`;
    const answers = await Promise.all([
      server.call('POST', override, { comment: 'agreed' }),
      server.call('POST', override, { comment: 'agreed' }),
    ]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
    expect(await statusOf(server, runId)).toBe('post_plan_completed');
    expect((await get(path)).data.attributes).toMatchObject({ status: 'overridden' });
  });

  test.each([
    ['a hard-mandatory one', 'hard-mandatory', true],
    ['a soft-mandatory one that nobody may override', 'soft-mandatory', false],
  ])('ends a run in which %s fails', async (_which, level, overridable) => {
    const { runId } = await checkedRun(celPolicies(['no', level, 'false']), {
      set: { 'agent-enabled': true, overridable },
    });
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('errored');
    const { attributes, included } = await stageOf(runId);
    expect(attributes).toMatchObject({ status: 'failed' });
    expect(included).toMatchObject([{ attributes: { status: 'failed' } }]);
  });

  test('is pending until it is evaluated, and canceled with its run', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const files = celPolicies(['slow', 'hard-mandatory', nested(3, 'true')]);
    await createPolicySet(server, organization, files, { 'agent-enabled': true });
    const runId = await createRun(server, workspaceId);
    const step = await claimStepOf(server, runId);
    expect((await stageOf(runId)).included).toEqual([]);
    await step?.finishPlan({}, BOXES_PLAN);
    const { id, included } = await stageOf(runId);
    expect(included).toMatchObject([{ attributes: { status: 'pending', 'policy-kind': 'cel' } }]);
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/cancel`)).status).toBe(202);
    const { data } = await get(`task-stages/${id}/policy-evaluations`);
    expect(data).toMatchObject([
      {
        id: included[0]?.id,
        attributes: { status: 'canceled', 'status-timestamps': { 'canceled-at': expect.any(String) } },
      },
    ]);
  });

  test('lets a run go on when all policies pass', async () => {
    const { runId } = await checkedRun(celPolicies(['yes', 'hard-mandatory', 'cost == null']), {
      set: { 'agent-enabled': true },
    });
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('post_plan_completed');
    expect((await stageOf(runId)).included).toMatchObject([{ attributes: { status: 'passed' } }]);
  });
});

describe('a policy that runs', () => {
  /** A text of 8 × 2^times characters. */
  const doubled = (times: number, use: string): string => {
    let text = use.replaceAll('LONG', `s${times}`);
    for (let index = times; index > 0; index -= 1)
      text = `cel.bind(s${index}, s${index - 1} + s${index - 1}, ${text})`;
    return `cel.bind(s0, "12345678", ${text})`;
  };

  test.each([
    ['for too long', nested(8, 'true'), 'did not end within 5 seconds'],
    ['and needs too much memory', doubled(23, 'size(LONG.split("")) == 1'), 'MB of memory'],
  ])('%s makes the check errored, and the run waits for a decision', async (_how, cel, reason) => {
    const { status, check, runId } = await checkedRun(celPolicies(['hostile', 'hard-mandatory', cel]));
    expect(status).toBe('policy_override');
    expect(check?.attributes).toMatchObject({ status: 'errored', actions: { 'is-overridable': true } });
    const output = await server.call('GET', `/api/v2/policy-checks/${check?.id}/output`);
    expect(output.text).toMatch(new RegExp(`could not be evaluated: .*${reason}`));
    await server.call('POST', `/api/v2/runs/${runId}/actions/discard`);
    expect(await statusOf(server, runId)).toBe('discarded');
  });
});

test('a policy gets the cost and the risk', async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  await server.call('PATCH', `/api/v2/organizations/${organization}`, {
    data: { type: 'organizations', attributes: { 'cost-estimation-enabled': true } },
  });
  const document =
    'currency: USD\nsource: x\ndate: 2026-01-31\nprices:\n  - resource: box_server\n    when: values.size == "large"\n    monthly: 90\n';
  await server.call('POST', `/api/v2/organizations/${organization}/price-books`, {
    data: { type: 'price-books', attributes: { name: 'boxes', document } },
  });
  await createPolicySet(
    server,
    organization,
    celPolicies(
      ['cheap', 'hard-mandatory', 'cost.delta_monthly_cost < 50'],
      ['calm', 'advisory', 'risk.score < 10 ? [] : [risk.level, risk.reasons[0].rule, risk.rows[0].address]'],
    ),
  );
  const runId = await createRun(server, workspaceId);
  const risks = [
    { rule: 'destroyed', count: 1, rows: [{ address: 'box_server.gone', detail: 'destroyed' }] },
  ];
  await (await claimStepOf(server, runId))?.finishPlan({ risks }, BOXES_PLAN);
  await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('errored');
  const [check] = (await get(`runs/${runId}/policy-checks`)).data as unknown as { id: string }[];
  const output = await server.call('GET', `/api/v2/policy-checks/${check?.id}/output`);
  expect(output.text).toMatch(/FAIL {2}calm \(advisory\)\n {8}\w+\n {8}destroyed\n {8}box_server\.gone/);
});
