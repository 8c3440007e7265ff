import { afterEach, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { IDS, TOKEN } from '../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const same = { before: { id: '1' }, after: { id: '1' } };
const PLAN = {
  resource_changes: [
    {
      address: 'a.new',
      previous_address: 'a.old',
      type: 'a',
      change: { actions: ['no-op'], ...same },
    },
    {
      address: 'a.grown',
      previous_address: 'a.small',
      type: 'a',
      change: { actions: ['update'], before: { n: 1 }, after: { n: 2 } },
    },
    { address: 'a.left', type: 'a', change: { actions: ['forget'], before: { id: '2' }, after: null } },
    { address: 'a.found', type: 'a', change: { actions: ['no-op'], ...same, importing: { id: 'x' } } },
    {
      address: 'a.taken',
      type: 'a',
      change: { actions: ['update'], before: { n: 1 }, after: { n: 3 }, importing: { id: 'y' } },
    },
  ],
  resource_drift: [
    { address: 'a.drifted', type: 'a', change: { actions: ['update'], before: { n: 1 }, after: { n: 5 } } },
  ],
  output_changes: { url: { actions: ['create'], before: null, after: 'http://x' } },
  checks: [{ address: { to_display: 'check.health' }, status: 'fail' }],
};

async function connect(options: Parameters<typeof connectTools>[1] = {}): Promise<ToolCaller> {
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}/plan/json-output`]: { body: JSON.stringify(PLAN) },
  });
  tools = await connectTools(platform.address, { token: TOKEN, ...options });
  return tools;
}

test.each([
  ['get_plan_summary', { run_id: IDS.run }],
  ['preview_run_action', { run_id: IDS.run, action: 'apply' }],
  ['summarize_run', { run_id: IDS.run }],
])('%s counts and names moves, imports, forgets, drift and failed checks', async (tool, args) => {
  const agent = await connect();
  const { text, result } = await agent.call(tool, args);
  expect(result?.summary).toMatchObject({
    imports: 2,
    moves: 2,
    forgets: 1,
    drifted: 1,
    output_changes: 1,
    failed_checks: 1,
    checks_that_fail: ['check.health'],
    forgotten_or_moved: ['forget a.left', 'move a.small to a.grown', 'move a.old to a.new'],
  });
  for (const fact of ['a.left', 'a.old', 'a.new', 'check.health']) expect(text).toContain(fact);
});

test('the text of get_plan_summary has every name in its data', async () => {
  const agent = await connect();
  const { text } = await agent.call('get_plan_summary', { run_id: IDS.run });
  for (const line of [
    '- move a.new (moved from a.old)',
    '- forget a.left [id]',
    '- import a.found',
    '- update a.taken [n] (imported)',
    'Outputs: create url',
    'Changed outside of terraform: update a.drifted [n]',
    'Checks that fail: check.health',
  ])
    expect(text.split('\n')).toContain(line);
  const moved = await agent.call('get_plan_summary', { run_id: IDS.run, actions: ['move'] });
  expect(moved.result?.summary).toMatchObject({ shown: 1, of: 1 });
});

test('the question to a person has all of it, and who requested the run', async () => {
  const asked: string[] = [];
  const agent = await connect({
    answer: (message) => {
      asked.push(message);
      return { action: 'decline' };
    },
  });
  await agent.call('apply_run', { run_id: IDS.run });
  expect(asked).toHaveLength(1);
  for (const fact of [
    '2 to import',
    '1 to forget',
    '2 to move to another address',
    '1 changed outside of terraform',
    'checks that fail: check.health',
    'forget: a.left',
    'move: a.new (moved from a.old)',
    'update: a.grown (moved from a.small)',
    'requested by: ann (user-AbCdEfGhIjKlMnOp)',
  ])
    expect(asked[0]).toContain(fact);
});
