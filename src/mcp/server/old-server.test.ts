import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakePlatform } from '../testing/fake-platform.ts';
import { IDS, TOKEN } from '../testing/fake-resources.ts';
import { startOldPlatform } from '../testing/old-platform.ts';
import { ALL_GATES, connectTools, type ToolCaller } from '../testing/tool-caller.ts';
import { TOOL_CALLS } from '../testing/tool-calls.ts';

let platform: FakePlatform;
let tools: ToolCaller;
beforeEach(async () => {
  platform = await startOldPlatform();
  tools = await connectTools(platform.address, { token: TOKEN, gates: ALL_GATES });
});
afterEach(async () => {
  await tools.close();
  await platform.close();
});

test('an ordinary run is created, because omitted attributes are not sent', async () => {
  const created = await tools.call('create_run', { workspace_id: IDS.workspace, params: { message: 'm' } });
  expect([created.isError, created.result?.summary['status']]).toEqual([false, 'pending']);
});

test('attributes that the server does not know are refused with its words, and nothing is repeated', async () => {
  const refused = await tools.call('create_run', {
    workspace_id: IDS.workspace,
    params: { save_plan: true },
  });
  expect(refused.text).toContain('create_run failed: invalid_argument');
  expect(refused.text).toContain('unknown attribute');
  expect(platform.take()).toHaveLength(1);
});

test('a run is read, previewed and applied without includes and permissions', async () => {
  const details = await tools.call('get_run_details', { run_id: IDS.run });
  expect(details.result?.summary).toMatchObject({
    needs: 'confirmation',
    possible_actions: ['apply', 'discard'],
  });
  const preview = await tools.call('preview_run_action', { run_id: IDS.run, action: 'apply' });
  expect(preview.result?.summary).toMatchObject({ allowed: true });
  expect((await tools.call('apply_run', { run_id: IDS.run })).isError).toBe(false);
});

test('a plan that the server does not show is reported with the known facts', async () => {
  const summary = await tools.call('summarize_run', { run_id: IDS.run });
  expect([summary.isError, summary.result?.summary['waiting_for']]).toEqual([
    false,
    'a decision: apply or discard',
  ]);
  const plan = await tools.call('get_plan_summary', { plan_id: IDS.plan });
  expect(plan.isError).toBe(false);
});

test('every tool answers, or names what is missing', async () => {
  const failed: string[] = [];
  for (const { tool, args } of TOOL_CALLS) {
    const { isError, text } = await tools.call(tool, args);
    if (isError) failed.push(text.split('\n')[0] ?? '');
    if (isError) expect(text).toContain('Next step: ');
  }
  expect(failed).toEqual([
    'compare_runs failed: conflict_state',
    'get_run_plan_json_output failed: not_found_or_no_access',
  ]);
  expect(platform.takeWrong()).toEqual([]);
});
