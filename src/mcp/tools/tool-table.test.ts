import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { toolTableMarkdown } from '../server/tool-table-markdown.ts';
import { ALL_GATES, connectTools } from '../testing/tool-caller.ts';
import { TOOLS } from './table.ts';
import { DEFAULT_GATES, type Gates } from '../safety/gates.ts';

const MISSING_TOKEN = { code: 'unauthorized', happened: 'no token', next: 'set TFC_TOKEN' } as const;

async function listTools(gates: Gates = ALL_GATES) {
  const tools = await connectTools(MISSING_TOKEN, { gates });
  return (await tools.client.listTools()).tools;
}

const lengthOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const FILTERS = [
  'filter_operation',
  'filter_status',
  'filter_source',
  'filter_status_group',
  'filter_timeframe',
  'filter_agent_pool_names',
  'search_user',
  'search_commit',
  'search_basic',
];

test('the run tools are the nine of the specification, with their exact arguments', async () => {
  const table = (await listTools())
    .slice(0, 9)
    .map(({ name, inputSchema }) => [name, Object.keys(inputSchema.properties ?? {}), inputSchema.required]);
  const action = [['run_id', 'comment'], ['run_id']];
  expect(table).toEqual([
    ['create_run', ['workspace_id', 'params', 'configuration_version_id'], ['workspace_id']],
    ['list_runs_in_workspace', ['workspace_id', 'page_number', 'page_size', ...FILTERS], ['workspace_id']],
    [
      'list_runs_in_organization',
      ['organization', 'page_number', 'page_size', ...FILTERS, 'filter_workspace_names'],
      ['organization'],
    ],
    ['get_run_details', ['run_id'], ['run_id']],
    ['apply_run', ...action],
    ['discard_run', ...action],
    ['cancel_run', ...action],
    ['force_cancel_run', ...action],
    ['force_execute_run', ['run_id'], ['run_id']],
  ]);
});

test('every tool is listed, those that delete behind their gate, and their names differ', async () => {
  const names = (await listTools()).map(({ name }) => name);
  expect(names).toEqual(TOOLS.map(({ name }) => name));
  expect(new Set(names).size).toBe(TOOLS.length);
  const deleting = TOOLS.filter(({ kind }) => kind === 'delete').map(({ name }) => name);
  const giving = TOOLS.filter(({ toolsets }) => toolsets.includes('access')).map(({ name }) => name);
  expect(giving).toContain('set_team_access');
  expect((await listTools({ ...ALL_GATES, allowAccess: false })).map(({ name }) => name)).toEqual(
    names.filter((name) => !giving.includes(name)),
  );
  expect((await listTools({ ...ALL_GATES, allowDelete: false })).map(({ name }) => name)).toEqual(
    names.filter((name) => !deleting.includes(name)),
  );
});

test('every schema is unchanged', async () => {
  const lines = (await listTools()).map((tool) => JSON.stringify(tool));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../testing/tool-schemas.snapshot');
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

test('updates publish no default: absent attributes are not sent', async () => {
  const updates = (await listTools()).filter(({ name }) => name.startsWith('update_'));
  expect(updates.length).toBeGreaterThan(5);
  for (const { inputSchema } of updates) expect(JSON.stringify(inputSchema)).not.toContain('"default"');
});

test('hints tell reading tools from those that change infrastructure', async () => {
  const kinds = new Map(TOOLS.map(({ name, kind }) => [name, kind]));
  for (const { name, annotations } of await listTools()) {
    const isRead = kinds.get(name) === 'read';
    expect([name, annotations?.readOnlyHint, annotations?.openWorldHint]).toEqual([name, isRead, true]);
    if (isRead) expect([name, annotations?.destructiveHint]).toEqual([name, false]);
    if (kinds.get(name) === 'delete') expect([name, annotations?.destructiveHint]).toEqual([name, true]);
  }
  const hints = Object.fromEntries((await listTools()).map(({ name, annotations }) => [name, annotations]));
  for (const name of [
    'create_run',
    'apply_run',
    'discard_run',
    'cancel_run',
    'force_cancel_run',
    'force_execute_run',
  ])
    expect(hints[name]).toMatchObject({ readOnlyHint: false, destructiveHint: true });
});

test('the list stays within its budget, and so does every description', async () => {
  const all = await listTools();
  const lengths = {
    all: lengthOf(all),
    'all but access': lengthOf(await listTools({ ...ALL_GATES, allowAccess: false })),
    usual: lengthOf(await listTools(DEFAULT_GATES)),
    core: lengthOf(await listTools({ ...DEFAULT_GATES, toolsets: ['core'] })),
  };
  process.stdout.write(`tools/list, bytes: ${JSON.stringify(lengths)}\n`);
  // Four bytes are about a token (mcp §4.1.1).
  expect(lengths.all).toBeLessThanOrEqual(60_000);
  expect(lengths['all but access']).toBeLessThanOrEqual(53_700);
  expect(lengths.usual).toBeLessThanOrEqual(49_300);
  expect(lengths.core).toBeLessThanOrEqual(16_700);
  for (const { description } of all) expect(description?.length).toBeLessThanOrEqual(350);
});

test('the table in docs/mcp.md is that of the tools', () => {
  const docs = readFileSync(path.resolve(import.meta.dirname, '../../../docs/mcp.md'), 'utf8');
  expect(docs).toContain(toolTableMarkdown(TOOLS));
});

test('without usable settings every call says what to set, and sends nothing', async () => {
  const tools = await connectTools(MISSING_TOKEN, { gates: ALL_GATES });
  for (const { name } of (await tools.client.listTools()).tools) {
    const answer = await tools.call(name, { anything: 1 });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(`${name} failed: unauthorized`);
    expect(answer.text).toContain('set TFC_TOKEN');
    expect(answer.result).toBeUndefined();
  }
});

/**
 * Classes of Unicode (not in Python), \u, \c, \k and back references (not in Go), look-around and named groups (not
 * in Go, or in other notation), and a bracket inside a class (a warning in Python).
 */
const NOT_COMMON = /\\[pPuck1-9]|\(\?(?!:)|\[(?:\\.|[^\]\\])+\[|\[\^?\]/;

test('every pattern of a schema is of the subset that JavaScript, Python and Go have in common', async () => {
  const patternsIn = (value: unknown): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
          key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
        );
  const found = (await listTools()).flatMap(({ name, inputSchema }) =>
    patternsIn(inputSchema).map((pattern) => [name, pattern] as const),
  );
  expect(found.length).toBeGreaterThan(20);
  for (const [name, pattern] of found) {
    expect(() => new RegExp(pattern, 'u'), `${name}: ${pattern}`).not.toThrow();
    expect([name, pattern, NOT_COMMON.exec(pattern)?.[0]]).toEqual([name, pattern, undefined]);
  }
});

test.each(['\\p{L}', '\\u0041', '(?=a)', '(?<=a)', '(?<n>a)', '(a)\\1', '[a[b]', '[]a]'])(
  'a pattern with %s would be found',
  (pattern) => {
    expect(NOT_COMMON.test(pattern)).toBe(true);
  },
);
