import { afterEach, describe, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { fakeRun, fakeWorkspace, IDS, INJECTION, resource, TOKEN } from '../testing/fake-resources.ts';
import { ALL_GATES, connectTools, type ToolCaller } from '../testing/tool-caller.ts';
import { createApprovals } from './approval.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

type Overrides = Parameters<typeof startFakePlatform>[0];

/** The tools for a client that can ask, and the questions to its person. */
async function asking(overrides: Overrides, reply: () => unknown = () => ({ action: 'decline' })) {
  platform = await startFakePlatform(overrides);
  const shown: string[] = [];
  tools = await connectTools(platform.address, {
    gates: ALL_GATES,
    token: TOKEN,
    answer: (message) => {
      shown.push(message);
      return reply();
    },
  });
  return { tools, shown, platform };
}

const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u202e\u200b]/;
const NAME = `prod${INJECTION}\nto destroy 0`;
const variable = { key: NAME, value: 'x', category: 'env', hcl: false, sensitive: false };
const one = (data: unknown) => ({ body: { data } });

describe('foreign names in a question', () => {
  test.each([
    [
      'delete_workspace_variable',
      { workspace_id: IDS.workspace, variable_id: IDS.variable },
      `GET workspaces/${IDS.workspace}/vars/${IDS.variable}`,
      resource('vars', IDS.variable, variable),
    ],
    [
      'delete_variable_set',
      { varset_id: IDS.variableSet },
      `GET varsets/${IDS.variableSet}`,
      resource('varsets', IDS.variableSet, { name: NAME }),
    ],
    [
      'force_unlock_workspace',
      { workspace_id: IDS.workspace },
      `GET workspaces/${IDS.workspace}`,
      fakeWorkspace({ name: NAME, locked: true }),
    ],
  ])('%s: cannot reverse its letters, nor pose as one of its lines', async (tool, args, route, data) => {
    const agent = await asking({ [route]: one(data) });
    await agent.tools.call(tool, args);
    expect(agent.shown).toHaveLength(1);
    expect(agent.shown[0]).toContain('prod');
    expect(agent.shown[0]).not.toMatch(UNSEEN);
    expect(agent.shown[0]?.split('\n').filter((line) => line.startsWith('to destroy'))).toEqual([]);
  });
});

describe('force_execute_run', () => {
  const waiting = fakeRun('pending', IDS.run, { 'created-at': '2026-11-24T11:00:00.000Z' });
  const holders = { list: [fakeRun('planned', IDS.otherRun)] };
  const overrides: Overrides = {
    [`GET runs/${IDS.run}`]: one(waiting),
    [`GET workspaces/${IDS.workspace}/runs`]: () => ({ body: { data: [waiting, ...holders.list] } }),
  };

  test('the question names the runs that will be discarded', async () => {
    const agent = await asking(overrides);
    await agent.tools.call('force_execute_run', { run_id: IDS.run });
    expect(agent.shown[0]).toContain(`discards: ${IDS.otherRun}`);
  });

  test('an approval is good for these runs only', async () => {
    const third = 'run-YbCdEfGhIjKlMnOp';
    const agent = await asking(overrides, () => {
      holders.list = [fakeRun('planned', third)];
      return { action: 'accept', content: { confirm: true } };
    });
    const answer = await agent.tools.call('force_execute_run', { run_id: IDS.run });
    expect(answer.text).toContain('has changed since');
    expect(agent.platform.take().filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  test('a token of the preview is good for these runs only', async () => {
    holders.list = [fakeRun('planned', IDS.otherRun)];
    platform = await startFakePlatform(overrides);
    tools = await connectTools(platform.address, {
      token: TOKEN,
      approvals: createApprovals('require'),
    });
    const preview = await tools.call('preview_run_action', { run_id: IDS.run, action: 'force_execute' });
    expect(preview.text).toContain(`discards: ${IDS.otherRun}`);
    const { confirmation_token } = preview.result?.summary ?? {};
    const args = { run_id: IDS.run, confirmation_token };
    holders.list = [];
    expect((await tools.call('force_execute_run', args)).text).toContain('has changed since');
    holders.list = [fakeRun('planned', IDS.otherRun)];
    expect((await tools.call('force_execute_run', args)).isError).toBe(false);
  });
});

describe('a run whose plan is saved', () => {
  test.each([{ is_destroy: true }, { auto_apply: true }])('is asked about with %j', async (params) => {
    const agent = await asking({});
    await agent.tools.call('create_run', {
      workspace_id: IDS.workspace,
      params: { save_plan: true, ...params },
    });
    expect(agent.shown).toHaveLength(1);
    expect(agent.platform.take().filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  test('is not asked about when it only plans, whatever the workspace’s setting', async () => {
    const agent = await asking({
      [`GET workspaces/${IDS.workspace}`]: one(fakeWorkspace({ 'auto-apply': true })),
    });
    const args = { workspace_id: IDS.workspace, params: { save_plan: true } };
    expect((await agent.tools.call('create_run', args)).isError).toBe(false);
    expect(agent.shown).toEqual([]);
  });
});
