import { expect, test } from 'vitest';
import { connectTools } from './testing/tool-caller.ts';

const MISSING_TOKEN = { code: 'unauthorized', happened: 'no token', next: 'set TFC_TOKEN' } as const;

async function listTools() {
  const tools = await connectTools(MISSING_TOKEN);
  return (await tools.client.listTools()).tools;
}

test('the tools are the seven of the specification, with their exact arguments', async () => {
  const table = (await listTools()).map(({ name, inputSchema }) => [
    name,
    Object.keys(inputSchema.properties ?? {}),
    inputSchema.required,
  ]);
  const action = [['run_id', 'comment'], ['run_id']];
  expect(table).toEqual([
    ['create_run', ['workspace_id', 'params', 'configuration_version_id'], ['workspace_id']],
    [
      'list_runs_in_workspace',
      [
        'workspace_id',
        'page_number',
        'page_size',
        'filter_operation',
        'filter_status',
        'filter_source',
        'filter_status_group',
        'filter_timeframe',
        'filter_agent_pool_names',
        'search_user',
        'search_commit',
        'search_basic',
      ],
      ['workspace_id'],
    ],
    ['get_run_details', ['run_id'], ['run_id']],
    ['apply_run', ...action],
    ['discard_run', ...action],
    ['cancel_run', ...action],
    ['force_cancel_run', ...action],
  ]);
});

test('params are published in snake_case, closed, with all fields of the specification', async () => {
  const create = (await listTools()).find(({ name }) => name === 'create_run');
  const params = create?.inputSchema.properties?.['params'] as Record<string, unknown>;
  expect(params['additionalProperties']).toBe(false);
  expect(Object.keys(params['properties'] as object)).toEqual([
    'message',
    'is_destroy',
    'auto_apply',
    'refresh',
    'refresh_only',
    'plan_only',
    'allow_empty_apply',
    'target_addrs',
    'replace_addrs',
    'variables',
    'terraform_version',
    'save_plan',
    'debugging_mode',
    'allow_config_generation',
  ]);
});

test('hints tell reading tools from those that change infrastructure', async () => {
  const hints = Object.fromEntries((await listTools()).map(({ name, annotations }) => [name, annotations]));
  for (const name of ['list_runs_in_workspace', 'get_run_details']) {
    expect(hints[name]).toMatchObject({ readOnlyHint: true, destructiveHint: false });
  }
  for (const name of ['create_run', 'apply_run', 'discard_run', 'cancel_run', 'force_cancel_run']) {
    expect(hints[name]).toMatchObject({ readOnlyHint: false, destructiveHint: true, openWorldHint: true });
  }
  expect(hints['create_run']).toMatchObject({ idempotentHint: false });
});

test('the whole list stays within its budget, and so does every description', async () => {
  const tools = await listTools();
  // About 4 characters a token; the budget for the core tools is 6,000 tokens (mcp §4.1.1).
  expect(JSON.stringify(tools).length / 4).toBeLessThan(6_000);
  for (const { description } of tools) expect(description?.length).toBeLessThanOrEqual(350);
});

test('without usable settings every call says what to set, and sends nothing', async () => {
  const tools = await connectTools(MISSING_TOKEN);
  for (const { name } of (await tools.client.listTools()).tools) {
    const answer = await tools.call(name, { anything: 1 });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(`${name} failed: unauthorized`);
    expect(answer.text).toContain('set TFC_TOKEN');
    expect(answer.result).toBeUndefined();
  }
});
