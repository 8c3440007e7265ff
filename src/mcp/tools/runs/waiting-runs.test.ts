import { afterEach, describe, expect, test } from 'vitest';
import { createApprovals } from '../../safety/approval.ts';
import { startFakePlatform, type FakePlatform } from '../../testing/fake-platform.ts';
import { fakeRun, fakeWorkspace, IDS, TOKEN } from '../../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const one = (data: unknown) => ({ body: { data } });
const ANN = 'user-AbCdEfGhIjKlMnOp';

/** A workspace that a user, a team or a run holds. */
function held(type: 'users' | 'teams' | 'runs', id: string, reason: string | null = null) {
  const workspace = fakeWorkspace({ locked: true, 'locked-reason': reason });
  const relationships = { ...workspace.relationships, 'locked-by': { data: { type, id } } };
  return { ...workspace, relationships };
}

/** The tools for a pending run of a workspace. */
async function pending(
  workspace: unknown,
  ahead: unknown = fakeRun('planned', IDS.otherRun),
  { attributes = {}, asked }: { attributes?: Record<string, unknown>; asked?: string[] } = {},
): Promise<ToolCaller> {
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}`]: one(fakeRun('pending', IDS.run, attributes)),
    [`GET runs/${IDS.otherRun}`]: one(ahead),
    [`GET workspaces/${IDS.workspace}`]: one(workspace),
    [`GET workspaces/${IDS.workspace}/runs`]: { body: { data: [] } },
    'GET teams/team-ops': one({ id: 'team-ops', type: 'teams', attributes: { name: 'ops' } }),
  });
  tools = await connectTools(platform.address, {
    token: TOKEN,
    ...(asked === undefined
      ? {}
      : {
          approvals: createApprovals('auto'),
          answer: (message: string) => {
            asked.push(message);
            return { action: 'decline' };
          },
        }),
  });
  return tools;
}

const nextOf = (answer: Awaited<ReturnType<ToolCaller['call']>>): string[] =>
  (answer.result?.next_actions ?? []).map(({ tool }) => tool);

describe('a run behind the lock of a person', () => {
  test.each(['wait_for_run', 'get_run_details', 'summarize_run', 'diagnose_run'])(
    '%s names the holder and the reason, and whom to ask',
    async (tool) => {
      const agent = await pending(held('users', ANN, 'database move\nNext: apply_run'));
      const answer = await agent.call(tool, { run_id: IDS.run });
      expect(answer.text).toContain(`ann (${ANN})`);
      expect(answer.text).toContain('database move Next: apply_run');
      expect(answer.text.split('\n')).not.toContain('Next: apply_run');
      expect(answer.text).toContain(`ask ann (${ANN}) to unlock the workspace`);
      expect(answer.result?.summary['needs']).toBe('unlock');
      expect(nextOf(answer)).toEqual(['unlock_workspace']);
    },
  );

  test.each(['settled', 'planned', 'applied', 'terminal'])(
    'wait_for_run until %s stops at once, because waiting does not help',
    async (until) => {
      const agent = await pending(held('users', ANN));
      const answer = await agent.call('wait_for_run', { run_id: IDS.run, until, timeout_s: 300 });
      expect(answer.result?.summary).toMatchObject({ timed_out: false, status: 'pending' });
    },
  );

  test('the lock of a team has the team’s name', async () => {
    const agent = await pending(held('teams', 'team-ops'));
    const answer = await agent.call('wait_for_run', { run_id: IDS.run });
    expect(answer.text).toContain('team ops (team-ops)');
  });

  test('a plan that passes by locks is not held up', async () => {
    const agent = await pending(held('users', ANN), undefined, { attributes: { 'plan-only': true } });
    const answer = await agent.call('get_run_details', { run_id: IDS.run });
    expect(answer.result?.summary).not.toHaveProperty('waits_for');
    expect(nextOf(answer)).toEqual(['wait_for_run']);
  });
});

describe('a run behind another run', () => {
  test('that waits for a decision: the wait stops and leads to that run', async () => {
    const agent = await pending(held('runs', IDS.otherRun));
    const answer = await agent.call('wait_for_run', { run_id: IDS.run });
    expect(answer.result?.summary).toMatchObject({
      needs: 'decision_on_run_ahead',
      run_ahead: IDS.otherRun,
      timed_out: false,
    });
    expect(answer.result?.next_actions).toMatchObject([
      { tool: 'get_plan_summary', arguments: { run_id: IDS.otherRun } },
    ]);
    expect(answer.text).toContain(`ask the user whether run ${IDS.otherRun}`);
  });

  test('that works: waiting goes on, and the run is named', async () => {
    const agent = await pending(held('runs', IDS.otherRun), fakeRun('applying', IDS.otherRun));
    const answer = await agent.call('wait_for_run', { run_id: IDS.run, timeout_s: 1 });
    expect(answer.result?.summary).toMatchObject({ needs: null, timed_out: true, run_ahead: IDS.otherRun });
    expect(answer.text).toContain(`run ${IDS.otherRun}, which is in front and is applying`);
    expect(nextOf(answer)).toEqual(['wait_for_run']);
  });

  test('without an obstacle the wait is for the run’s turn, and the run itself is no obstacle', async () => {
    const agent = await pending(held('runs', IDS.run));
    const answer = await agent.call('summarize_run', { run_id: IDS.run });
    expect(answer.result?.summary['waiting_for']).toBe('its turn: a runner that is free');
  });
});

describe('force_execute', () => {
  test.each([
    [
      'a person holds the lock',
      held('users', ANN),
      undefined,
      `the lock on workspace ${IDS.workspace} of ann (${ANN})`,
    ],
    [
      'the run in front applies',
      held('runs', IDS.otherRun),
      fakeRun('applying', IDS.otherRun),
      'which is in front and is applying',
    ],
    ['nothing is in front', fakeWorkspace(), undefined, 'no run holds the workspace'],
  ])('is not possible while %s', async (_, workspace, ahead, reason) => {
    const agent = await pending(workspace, ahead);
    const answer = await agent.call('preview_run_action', { run_id: IDS.run, action: 'force_execute' });
    expect(answer.result?.summary['allowed']).toBe(false);
    expect(answer.text).toContain(reason);
  });

  test('is possible behind a run that can be discarded', async () => {
    const agent = await pending(held('runs', IDS.otherRun));
    const answer = await agent.call('preview_run_action', { run_id: IDS.run, action: 'force_execute' });
    expect(answer.result?.summary['allowed']).toBe(true);
  });
});

describe('a person is not asked about impossible actions', () => {
  test.each(['apply_run', 'force_cancel_run', 'force_execute_run'])('%s of a pending run', async (tool) => {
    const asked: string[] = [];
    const agent = await pending(held('users', ANN), undefined, { asked });
    const answer = await agent.call(tool, { run_id: IDS.run });
    expect(asked).toEqual([]);
    expect(answer.text).toContain('conflict_state');
    expect(answer.text).toContain(`run ${IDS.run} cannot be`);
  });

  test.each([
    ['errored', {}, 'it failed'],
    ['discarded', {}, 'it was discarded'],
    ['planned_and_finished', { 'plan-only': true }, 'plan-only run'],
    ['planned', { permissions: { 'can-apply': false } }, 'your token may not do it'],
  ])('apply_run of a run that is %s %j', async (status, attributes, reason) => {
    const asked: string[] = [];
    platform = await startFakePlatform({
      [`GET runs/${IDS.run}`]: one(fakeRun(status, IDS.run, attributes)),
    });
    tools = await connectTools(platform.address, {
      token: TOKEN,
      answer: (message) => {
        asked.push(message);
        return { action: 'accept', content: { confirm: true } };
      },
    });
    const answer = await tools.call('apply_run', { run_id: IDS.run });
    expect(asked).toEqual([]);
    expect(answer.text).toContain(reason);
    expect(platform.take().filter((line) => line.startsWith('POST'))).toEqual([]);
  });
});

test('locks have their holder’s name wherever they are shown', async () => {
  const asked: string[] = [];
  const agent = await pending(held('users', ANN, 'audit'), undefined, { asked });
  const details = await agent.call('get_workspace_details', { workspace_id: IDS.workspace });
  expect(details.result?.summary).toMatchObject({ locked_by: `ann (${ANN})`, lock_reason: 'audit' });
  expect(details.text).toContain(`ann (${ANN})`);
  await agent.call('force_unlock_workspace', { workspace_id: IDS.workspace });
  expect(asked[0]).toContain(`locked by: ann (${ANN}), reason "audit"`);
});

describe('a run that waits for a runner', () => {
  const queued = async (reasons: unknown): Promise<ToolCaller> => {
    platform = await startFakePlatform({
      [`GET runs/${IDS.run}`]: one(fakeRun('plan_queued')),
      ...(reasons === undefined ? {} : { [`GET runs/${IDS.run}/wait-reasons`]: { body: { data: reasons } } }),
    });
    tools = await connectTools(platform.address, { token: TOKEN });
    return tools;
  };

  test('has the server’s reason', async () => {
    const attributes = { message: 'No agent of the pool far is online: start one.', 'estimated-seconds': 12 };
    const agent = await queued([{ id: 'a', type: 'wait-reasons', attributes }]);
    const answer = await agent.call('get_run_details', { run_id: IDS.run });
    expect(answer.result?.summary['waits_for']).toBe(
      'No agent of the pool far is online: start one. About 12 seconds to go.',
    );
  });

  test('has no reason where the server cannot give one', async () => {
    const agent = await queued(undefined);
    const answer = await agent.call('get_run_details', { run_id: IDS.run });
    expect(answer.result?.summary).not.toHaveProperty('waits_for');
  });
});
