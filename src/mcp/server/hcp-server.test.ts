import { afterEach, expect, test } from 'vitest';
import type { FakePlatform } from '../testing/fake-platform.ts';
import { IDS, TOKEN } from '../testing/fake-resources.ts';
import { hcpRun, startHcpPlatform } from '../testing/hcp-platform.ts';
import { ALL_GATES, connectTools, type ToolCaller } from '../testing/tool-caller.ts';
import { ALL_CALLS } from '../testing/tool-calls.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function connect(
  ...args: Parameters<typeof startHcpPlatform>
): Promise<ToolCaller & { platform: FakePlatform }> {
  const platform = await startHcpPlatform(...args);
  const tools = await connectTools(platform.address, { token: TOKEN, gates: ALL_GATES });
  open.push(platform, tools);
  return { ...tools, platform };
}

test('every tool answers, or names what is missing and an alternative', async () => {
  const tools = await connect();
  const failed: string[] = [];
  for (const { tool, args } of ALL_CALLS) {
    const { isError, text, result } = await tools.call(tool, args);
    expect([tool, text]).toEqual([tool, expect.not.stringMatching(/\bundefined\b|\[object |\bNaN\b/)]);
    expect([tool, JSON.stringify(result ?? {})]).toEqual([
      tool,
      expect.not.stringMatching(/\/(logs|blobs)\/signed/),
    ]);
    if (!isError) continue;
    failed.push(text.split('\n')[0] ?? '');
    expect(text).toContain('Next step: ');
  }
  expect([...new Set(failed)]).toEqual(['get_errored_state failed: not_found_or_no_access']);
  expect(tools.platform.takeWrong()).toEqual([]);
});

test('a run is reported with the available facts: its counts, its creator’s id, its possible actions', async () => {
  const tools = await connect();
  const { result } = await tools.call('get_run_details', { run_id: IDS.run });
  expect(result?.summary).toMatchObject({
    status: 'planned',
    needs: 'confirmation',
    possible_actions: ['apply', 'discard'],
    created_by: 'user-AbCdEfGhIjKlMnOp',
  });
  const summary = await tools.call('summarize_run', { run_id: IDS.run });
  expect(summary.result?.summary).toMatchObject({ waiting_for: 'a decision: apply or discard' });
  const comments = await tools.call('list_run_comments', { run_id: IDS.run });
  expect(comments.text).toContain('wsc-1, author unknown: Well');
});

test.each([
  ['apply_run', 'apply'],
  ['discard_run', 'discard'],
])('%s treats an answer of null as success', async (tool, action) => {
  const tools = await connect();
  const { isError, result } = await tools.call(tool, { run_id: IDS.run });
  expect([isError, result?.summary['accepted'] ?? result?.summary['previous_status']]).toEqual([
    false,
    expect.anything(),
  ]);
  expect(tools.platform.take()).toContain(`POST runs/${IDS.run}/actions/${action}`);
});

test.each([
  ['cost_estimated', 'confirmation'],
  ['policy_checked', 'confirmation'],
  ['policy_override', 'policy_override'],
  ['post_plan_awaiting_decision', undefined],
  ['a_status_of_next_year', undefined],
])('a run that is %s', async (status, needs) => {
  const tools = await connect(status);
  const { isError, result, text } = await tools.call('get_run_details', { run_id: IDS.run });
  expect([isError, result?.summary['status']]).toEqual([false, status]);
  expect(text).toContain(status);
  if (needs !== undefined) expect(result?.summary['needs']).toBe(needs);
  expect((await tools.call('summarize_run', { run_id: IDS.run })).isError).toBe(false);
});

test('a run that was force-canceled is reported as such, though the platform calls it canceled', async () => {
  const canceled = hcpRun('canceled', {
    'canceled-at': '2021-05-24T07:39:04.171Z',
    'status-timestamps': { 'force-canceled-at': '2021-05-24T07:39:04+00:00' },
  });
  const tools = await connect('canceled', { [`GET runs/${IDS.run}`]: { body: { data: canceled } } });
  const { result } = await tools.call('get_run_details', { run_id: IDS.run });
  expect(result?.summary).toMatchObject({ status: 'force_canceled', is_final: true });
});

test.each([
  [401, 'unauthorized', 'unauthorized'],
  [403, 'forbidden', 'forbidden'],
  [404, 'not found', 'not_found_or_no_access'],
  [409, 'transition not allowed', 'conflict_state'],
  [429, 'You have exceeded the API rate limit.', 'rate_limited'],
])('an error of %s with nothing but its title is reported', async (status, title, code) => {
  const error = {
    status,
    headers: { 'x-ratelimit-reset': '0' },
    body: { errors: [{ status: String(status), title }] },
  };
  const tools = await connect('planned', {
    [`POST runs/${IDS.run}/actions/apply`]: error,
    [`GET runs/${IDS.run}/comments`]: error,
  });
  const listed = await tools.call('list_run_comments', { run_id: IDS.run });
  expect(listed.text).toContain(`list_run_comments failed: ${code}`);
  expect(listed.text).toContain('Next step: ');
});
