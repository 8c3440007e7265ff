import { afterEach, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { IDS, PLAN_JSON, TOKEN } from '../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const part = JSON.stringify(PLAN_JSON).slice(0, -40);

test.each([
  ['the page of a proxy', '<html><body>Sign in</body></html>'],
  ['a part of a plan', part],
  ['nothing', ''],
])('%s does not count as a plan without changes', async (_, body) => {
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}/plan/json-output`]: { body },
    [`GET plans/${IDS.plan}/json-output`]: { body },
  });
  let isAsked = false;
  tools = await connectTools(platform.address, {
    token: TOKEN,
    answer: () => {
      isAsked = true;
      return { action: 'accept', content: { confirm: true } };
    },
  });
  for (const [tool, args] of [
    ['get_plan_summary', { run_id: IDS.run }],
    ['get_plan_summary', { plan_id: IDS.plan }],
    ['get_plan_json_output', { plan_id: IDS.plan }],
    ['preview_run_action', { run_id: IDS.run, action: 'apply' }],
    ['apply_run', { run_id: IDS.run }],
  ] as const) {
    const { isError, text } = await tools.call(tool, args);
    expect([tool, isError, text]).toEqual([tool, true, expect.stringContaining('not a whole JSON object')]);
  }
  expect(isAsked).toBe(false);
  expect(platform.take().filter((line) => line.startsWith('POST'))).toEqual([]);
});
