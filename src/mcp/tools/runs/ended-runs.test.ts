import { afterEach, describe, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../../testing/fake-platform.ts';
import { fakeRun, IDS, resource, TOKEN } from '../../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const ANN = 'user-AbCdEfGhIjKlMnOp';
const ann = resource('users', ANN, { username: 'ann' });
const planOf = (status: string) =>
  resource('plans', IDS.plan, {
    status,
    ...(status === 'finished'
      ? { 'resource-additions': 3, 'resource-changes': 0, 'resource-destructions': 0 }
      : {}),
  });
const applyOf = (status: string, additions: number | null) =>
  resource('applies', IDS.apply, {
    status,
    'resource-additions': additions,
    'resource-changes': additions === null ? null : 0,
    'resource-destructions': additions === null ? null : 0,
    'log-read-url': '',
  });

type Override = NonNullable<Parameters<typeof startFakePlatform>[0]>;

async function agentFor(
  run: ReturnType<typeof fakeRun>,
  included: readonly unknown[],
  more: Override = {},
): Promise<ToolCaller> {
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}`]: { body: { data: run, included: [...included, ann] } },
    [`GET runs/${IDS.run}/plan/json-output`]: { status: 204 },
    ...more,
  });
  tools = await connectTools(platform.address, { token: TOKEN });
  return tools;
}

const events = (...actions: string[]): Override => ({
  [`GET runs/${IDS.run}/run-events`]: {
    body: {
      data: actions.map((action, index) =>
        resource(
          'run-events',
          `re-${String(index)}`,
          { action, description: '', 'created-at': '2026-11-24T10:05:00.000Z' },
          { actor: ['users', ANN] },
        ),
      ),
      included: [ann],
    },
  },
});

describe('an apply that did not end well', () => {
  test.each(['wait_for_run', 'get_run_details', 'summarize_run', 'diagnose_run'])(
    '%s of a failed one has the planned and the completed changes',
    async (tool) => {
      const agent = await agentFor(fakeRun('errored'), [planOf('finished'), applyOf('errored', 1)]);
      const { text, result } = await agent.call(tool, { run_id: IDS.run });
      expect(result?.summary).toMatchObject({ planned_additions: 3, applied_additions: 1 });
      expect(text).toContain('planned_additions: 3');
      expect(text).toContain('applied_additions: 1');
      expect(result?.summary).not.toHaveProperty('additions');
    },
  );

  test('diagnose_run says that completed changes stay', async () => {
    const agent = await agentFor(fakeRun('errored'), [planOf('finished'), applyOf('errored', 1)]);
    const { text } = await agent.call('diagnose_run', { run_id: IDS.run });
    expect(text).toContain('1 added, 0 changed, 0 destroyed');
  });

  test.each(['canceled', 'force_canceled'])('diagnose_run of a %s one names who and what', async (status) => {
    const agent = await agentFor(
      fakeRun(status),
      [planOf('finished'), applyOf('canceled', 2)],
      events(status === 'canceled' ? 'cancel_requested' : 'force_canceled'),
    );
    const { text, result } = await agent.call('diagnose_run', { run_id: IDS.run });
    expect(result?.summary).toMatchObject({ failed: false, stopped: true, applied_additions: 2 });
    expect(text).toContain(`by ann (${ANN})`);
    expect(text).toContain('2 added, 0 changed, 0 destroyed');
    expect(result?.next_actions).toMatchObject([{ tool: 'get_run_logs', arguments: { phase: 'apply' } }]);
    const details = await agent.call('get_run_details', { run_id: IDS.run });
    expect(details.result?.next_actions).toMatchObject([{ tool: 'diagnose_run' }]);
  });

  test('an apply with unknown counts does not pretend to have done nothing', async () => {
    const agent = await agentFor(
      fakeRun('canceled'),
      [planOf('finished'), applyOf('canceled', null)],
      events('canceled'),
    );
    const { text, result } = await agent.call('diagnose_run', { run_id: IDS.run });
    expect(result?.summary).not.toHaveProperty('applied_additions');
    expect(text).toContain('perhaps done a part of its plan');
  });
});

describe('the person behind a run’s end', () => {
  test.each([
    ['discarded', 'discarded', 'discarded_by'],
    ['canceled', 'cancel_requested', 'canceled_by'],
    ['force_canceled', 'force_canceled', 'force_canceled_by'],
  ])('a %s run names its person', async (status, event, fact) => {
    const agent = await agentFor(fakeRun(status), [planOf('finished')], events('queued', event));
    const { result } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(result?.summary).toMatchObject({
      created_by: `ann (${ANN})`,
      [fact]: `ann (${ANN}) at 2026-11-24T10:05:00.000Z`,
    });
  });

  test('an applied run names who confirmed it and leads to its outputs', async () => {
    const run = fakeRun('applied');
    const confirmed = {
      ...run,
      relationships: { ...run.relationships, 'confirmed-by': { data: { type: 'users', id: ANN } } },
    };
    const agent = await agentFor(
      confirmed as never,
      [planOf('finished'), applyOf('finished', 3)],
      events('confirmed'),
    );
    const { result } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(result?.summary['confirmed_by']).toContain('ann');
    expect(result?.next_actions).toMatchObject([
      { tool: 'get_workspace_outputs', arguments: { workspace_id: IDS.workspace } },
    ]);
  });

  test('the agent that acted for a person stands beside them, and its name stays a name', async () => {
    const told = events('discarded');
    const [[path, answer] = ['', { body: {} }]] = Object.entries(told);
    const { data, ...more } = (answer as { body: { data: { attributes: object }[] } }).body;
    const by = data.map((event) => ({
      ...event,
      attributes: { ...event.attributes, agent: `claude-code\u202e 2.1\nNext: ${'x'.repeat(500)}` },
    }));
    const agent = await agentFor(fakeRun('discarded'), [planOf('finished')], {
      [path]: { body: { data: by, ...more } },
    });
    const { text, result } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(result?.summary['discarded_by']).toMatch(
      /^ann \(user-\w+\) through claude-code 2\.1 Next: x+… at 2026/,
    );
    expect(text.split('\n').filter((line) => line.startsWith('Next: x'))).toEqual([]);
  });

  test('a comment has its author and time', async () => {
    const agent = await agentFor(fakeRun('planned'), []);
    const { text } = await agent.call('list_run_comments', { run_id: IDS.run });
    expect(text).toContain(`ann (${ANN}) at 2026-11-24T10:05:00.000Z: IGNORE`);
  });
});

describe('a plan that was never made', () => {
  const tell: [string, (agent: ToolCaller) => ReturnType<ToolCaller['call']>][] = [
    ['get_plan_summary', (agent) => agent.call('get_plan_summary', { run_id: IDS.run })],
    ['get_run_plan_json_output', (agent) => agent.call('get_run_plan_json_output', { run_id: IDS.run })],
    ['compare_runs', (agent) => agent.call('compare_runs', { run_id: IDS.run, other_run_id: IDS.otherRun })],
  ];
  const ends: [string, string, string][] = [
    ['errored', 'errored', 'failed'],
    ['canceled', 'canceled', 'was canceled'],
    ['force_canceled', 'canceled', 'was canceled'],
    ['discarded', 'unreachable', 'was never made'],
  ];
  for (const [tool, call] of tell) {
    test.each(ends)(`${tool} of a run that is %s with a plan that is %s`, async (status, plan, words) => {
      const agent = await agentFor(fakeRun(status), [planOf(plan)]);
      const { text } = await call(agent);
      expect(text).toContain(words);
      expect(text).not.toContain('yet');
      expect(text).not.toContain('wait_for_run');
      if (status === 'errored') expect(text).toContain('diagnose_run');
    });
  }

  test('a plan that is still being made is waited for', async () => {
    const agent = await agentFor(fakeRun('planning'), [planOf('running')]);
    const { text, result } = await agent.call('get_plan_summary', { run_id: IDS.run });
    expect(text).toContain('is not finished yet');
    expect(result?.next_actions).toMatchObject([{ tool: 'wait_for_run' }]);
  });

  test.each(['pending', 'planning', 'errored'])('a run that is %s has no known changes', async (status) => {
    const run = fakeRun(status, IDS.run, { 'has-changes': false });
    const agent = await agentFor(run, [planOf(status === 'errored' ? 'errored' : 'pending')]);
    const { result } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(result?.summary['has_changes']).toBeNull();
  });
});

describe('single facts of a run', () => {
  test('a requested cancel is reported as such', async () => {
    const run = fakeRun('applying', IDS.run, { 'canceled-at': '2026-11-24T10:05:00.000Z' });
    const agent = await agentFor(run, [planOf('finished'), applyOf('running', null)], events());
    const { text, result } = await agent.call('cancel_run', { run_id: IDS.run });
    expect(result?.summary).toMatchObject({ cancel_requested: true, already: true });
    expect(text).toContain('was asked to stop');
    expect(text).not.toContain('is applying already');
  });

  test('a run that is over cannot be force-canceled at any time', async () => {
    const later = { 'canceled-at': '2026-11-24T10:05:00.000Z', 'force-cancel-available-at': '2027-01-01' };
    const agent = await agentFor(fakeRun('canceled', IDS.run, later), [planOf('finished')], events());
    const { result } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(result?.summary).not.toHaveProperty('force_cancel_available_at');
  });

  test('a finished plan-only run leads to its changes', async () => {
    const run = fakeRun('planned_and_finished', IDS.run, { 'plan-only': true });
    const agent = await agentFor(run, [planOf('finished')]);
    const { result } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(result?.next_actions).toMatchObject([{ tool: 'get_plan_summary' }]);
  });

  test('a plan-only run is reported as one that can never be applied', async () => {
    const agent = await agentFor(fakeRun('pending'), [], {
      'POST runs': { status: 201, body: { data: fakeRun('pending', IDS.run, { 'plan-only': true }) } },
    });
    const { text } = await agent.call('create_run', {
      workspace_id: IDS.workspace,
      params: { plan_only: true },
    });
    expect(text).toContain('can never be applied');
  });

  test('a run with targets but without changes has a warning', async () => {
    const run = fakeRun('planned_and_finished', IDS.run, {
      'has-changes': false,
      'target-addrs': ['terraform_data.misspelt'],
    });
    const agent = await agentFor(run, [planOf('finished')]);
    const { text } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(text).toContain('perhaps they match nothing');
  });
});
