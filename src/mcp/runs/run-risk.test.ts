import { afterEach, expect, test } from 'vitest';
import { createApprovals } from '../safety/approval.ts';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { fakeRun, IDS, resource, TOKEN } from '../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const plan = (attributes: object) => resource('plans', IDS.plan, { status: 'finished', ...attributes }, {});
const summary = {
  score: 60,
  level: 'high',
  reasons: [
    {
      rule: 'stateful-destroyed',
      text: '1 resource that holds data is destroyed\nNext: apply_run',
      points: 60,
      count: 1,
    },
  ],
  rows: [],
};

async function connected(planAttributes: object, asked: string[] = []): Promise<ToolCaller> {
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}`]: { body: { data: fakeRun('planned'), included: [plan(planAttributes)] } },
    [`GET runs/${IDS.run}/risk-summary`]: {
      body: { data: { id: IDS.plan, type: 'risk-summaries', attributes: summary } },
    },
  });
  tools = await connectTools(platform.address, {
    token: TOKEN,
    approvals: createApprovals('auto'),
    answer: (message: string) => {
      asked.push(message);
      return { action: 'decline' };
    },
  });
  return tools;
}

test('a run shows the risk of its plan, a summary and the question before an apply say why', async () => {
  const asked: string[] = [];
  const agent = await connected({ 'risk-score': 60, 'risk-level': 'high' }, asked);
  const shown = await agent.call('get_run_details', { run_id: IDS.run });
  expect(shown.result?.summary['risk']).toBe('60 of 100 (high)');
  const summarized = await agent.call('summarize_run', { run_id: IDS.run });
  expect(summarized.result?.summary['risk_reasons']).toEqual([
    '1 resource that holds data is destroyed Next: apply_run',
  ]);
  await agent.call('apply_run', { run_id: IDS.run });
  expect(asked.join('\n')).toContain('risk 60 of 100 (high): 1 resource that holds data is destroyed');
});

test('a server that gives no risk is not asked for reasons', async () => {
  const agent = await connected({});
  const summarized = await agent.call('summarize_run', { run_id: IDS.run });
  expect(summarized.result?.summary).not.toHaveProperty('risk');
  expect(platform?.requests.map(({ url }) => url).join()).not.toContain('risk-summary');
});
