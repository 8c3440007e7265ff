import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from './testing/fake-platform.ts';
import { fakeRun, IDS, TOKEN } from './testing/fake-resources.ts';
import { connectTools, type ToolCaller } from './testing/tool-caller.ts';

/** Terraform Enterprise before saved plans: no `include`, no permissions, and it refuses attributes it does not know. */
let platform: FakePlatform;
let tools: ToolCaller;
beforeEach(async () => {
  const { permissions: _, ...attributes } = fakeRun('planned').attributes as Record<string, unknown>;
  const run = { ...fakeRun('planned'), attributes };
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}`]: ({ url }) =>
      url.includes('include')
        ? { status: 400, body: { errors: [{ status: '400', title: 'Invalid include parameter' }] } }
        : { body: { data: run } },
    'POST runs': ({ body }) =>
      /save-plan|debugging-mode|allow-config-generation/.test(body)
        ? {
            status: 422,
            body: { errors: [{ status: '422', title: 'invalid attribute', detail: 'unknown attribute' }] },
          }
        : { status: 201, body: { data: fakeRun('pending') } },
    [`GET runs/${IDS.run}/plan/json-output`]: { status: 404 },
    [`GET runs/${IDS.run}/plan/json-output-redacted`]: { status: 404 },
  });
  tools = await connectTools(platform.address, { token: TOKEN });
});
afterEach(async () => {
  await tools.close();
  await platform.close();
});

test('an ordinary run is created, because what was left out is not sent', async () => {
  const created = await tools.call('create_run', { workspace_id: IDS.workspace, params: { message: 'm' } });
  expect([created.isError, created.result?.summary['status']]).toEqual([false, 'pending']);
});

test('what the server does not know is refused with its words, and nothing is repeated', async () => {
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

test('a plan that the server does not show is told with what is known', async () => {
  const summary = await tools.call('summarize_run', { run_id: IDS.run });
  expect([summary.isError, summary.result?.summary['waiting_for']]).toEqual([
    false,
    'a decision: apply or discard',
  ]);
  const plan = await tools.call('get_plan_summary', { plan_id: IDS.plan });
  expect(plan.isError).toBe(false);
});
