import { afterEach, describe, expect, test } from 'vitest';
import type { RecordedRequest, Reply } from '../../../packages/client/src/testing/recording-server.ts';
import { linedUpPage } from '../answer/list-page.ts';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { fakeRun, IDS, resource, TOKEN } from '../testing/fake-resources.ts';
import { ALL_GATES, connectTools, type ToolCaller } from '../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

type Row = ReturnType<typeof resource>;
const letters = 'AbCdEfGhIjKl';
const idOf = (prefix: string, index: number): string =>
  `${prefix}-${letters}${String(index).padStart(4, '0')}`;

/** Sizes of many kinds, the same in every run: small ones, empty ones, and some too large for any answer. */
function sizesOf(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const kind = state % 10;
    if (kind === 0) return 45_000;
    return kind < 4 ? state % 3_900 : state % 200;
  });
}

interface List {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly path: string;
  readonly row: (index: number, text: string) => Row;
  /** false: the server sends the whole list, whatever page is asked for. */
  readonly isPaged?: boolean;
}

const named =
  (type: string, prefix: string, name: string) =>
  (index: number, text: string): Row =>
    resource(type, idOf(prefix, index), { [name]: text });

const LISTS: readonly List[] = [
  {
    tool: 'list_runs_in_workspace',
    args: { workspace_id: IDS.workspace },
    path: `workspaces/${IDS.workspace}/runs`,
    row: (index, message) => fakeRun('applied', idOf('run', index), { message }),
  },
  {
    tool: 'list_runs_in_organization',
    args: { organization: 'acme' },
    path: 'organizations/acme/runs',
    row: (index, message) => fakeRun('applied', idOf('run', index), { message }),
  },
  {
    tool: 'list_workspaces',
    args: { organization: 'acme' },
    path: 'organizations/acme/workspaces',
    row: named('workspaces', 'ws', 'terraform-version'),
  },
  {
    tool: 'list_projects',
    args: { organization: 'acme' },
    path: 'organizations/acme/projects',
    row: named('projects', 'prj', 'description'),
  },
  { tool: 'list_organizations', args: {}, path: 'organizations', row: named('organizations', 'org', 'name') },
  {
    tool: 'list_variable_sets',
    args: { organization: 'acme' },
    path: 'organizations/acme/varsets',
    row: named('varsets', 'varset', 'name'),
  },
  {
    tool: 'list_state_versions',
    args: { organization: 'acme', workspace_name: 'network' },
    path: 'state-versions',
    row: named('state-versions', 'sv', 'terraform-version'),
  },
  {
    tool: 'list_state_version_outputs',
    args: { state_version_id: IDS.state },
    path: `state-versions/${IDS.state}/outputs`,
    row: (index, text) =>
      resource('state-version-outputs', idOf('wsout', index), {
        name: `out_${String(index)}`,
        value:
          index % 2 === 0 ? text : Array.from({ length: text.length / 40 }, (_, at) => `item ${String(at)}`),
      }),
  },
  {
    tool: 'list_workspace_variables',
    args: { workspace_id: IDS.workspace },
    path: `workspaces/${IDS.workspace}/vars`,
    row: named('vars', 'var', 'value'),
    isPaged: false,
  },
  {
    tool: 'list_variables_in_variable_set',
    args: { varset_id: IDS.variableSet },
    path: `varsets/${IDS.variableSet}/relationships/vars`,
    row: named('vars', 'var', 'value'),
    isPaged: false,
  },
  {
    tool: 'list_project_tag_bindings',
    args: { project_id: IDS.project },
    path: `projects/${IDS.project}/tag-bindings`,
    row: named('tag-bindings', 'tb', 'value'),
    isPaged: false,
  },
  {
    tool: 'list_run_comments',
    args: { run_id: IDS.run },
    path: `runs/${IDS.run}/comments`,
    row: named('comments', 'wsc', 'body'),
    isPaged: false,
  },
];

/** A server with these rows, which follows `page[number]` and `page[size]` where the list has pages. */
function serving(rows: readonly Row[], isPaged: boolean) {
  return ({ url }: RecordedRequest): Reply => {
    if (!isPaged) return { body: { data: rows } };
    const query = new URL(url, 'http://x').searchParams;
    const [page, size] = [Number(query.get('page[number]')), Number(query.get('page[size]'))];
    const isLast = page * size >= rows.length;
    return {
      body: {
        data: rows.slice((page - 1) * size, page * size),
        meta: {
          pagination: {
            'current-page': page,
            'page-size': size,
            'prev-page': page === 1 ? null : page - 1,
            'next-page': isLast ? null : page + 1,
          },
        },
      },
    };
  };
}

/** Ids in the order in which the `next_actions` lead to them, in the structured form and in the text form. */
async function follow(caller: ToolCaller, tool: string, first: Record<string, unknown>) {
  const [data, text]: [string[], string[]] = [[], []];
  let args: Record<string, unknown> | undefined = first;
  for (let calls = 0; args !== undefined; calls += 1) {
    expect(calls).toBeLessThan(500);
    const answer = await caller.call(tool, args);
    expect([answer.isError, answer.text.slice(0, 300)]).toEqual([false, expect.any(String)]);
    expect(JSON.stringify(answer.result).length).toBeLessThanOrEqual(40_000);
    expect(answer.text.length).toBeLessThanOrEqual(40_000);
    const { result } = answer;
    const summary = (result?.summary ?? {}) as { ids?: string[] };
    data.push(...(summary.ids ?? (result?.data as Row[]).map(({ id }) => id)));
    text.push(
      ...[...answer.text.matchAll(/^(?:- )?([a-z]+-AbCdEfGhIjKl\d{4})\b/gm)].map(([, id]) => id ?? ''),
    );
    const next = result?.next_actions.filter((action) => action.tool === tool) ?? [];
    expect(next.length).toBeLessThanOrEqual(1);
    for (const step of next) expect(answer.text).toContain(`Next: ${tool} ${JSON.stringify(step.arguments)}`);
    args = next[0]?.arguments;
  }
  return { data, text };
}

describe('following the next steps of a list gives all of it, each row once', () => {
  test.each(LISTS)('$tool', async ({ tool, args, path, row, isPaged = true }) => {
    for (const [count, size] of [
      [0, 20],
      [1, 1],
      [7, 3],
      [53, 37],
      [137, 100],
    ] as const) {
      const rows = sizesOf(count * 31 + size, count).map((length, index) =>
        row(index, 'a"b c'.repeat(length / 5)),
      );
      platform = await startFakePlatform({ [`GET ${path}`]: serving(rows, isPaged) });
      tools = await connectTools(platform.address, { token: TOKEN, gates: ALL_GATES });
      const { data, text } = await follow(tools, tool, { ...args, page_size: size });
      const expected = rows.map(({ id }) => id);
      expect([count, size, data]).toEqual([count, size, expected]);
      expect([count, size, text]).toEqual([count, size, expected]);
      await tools.close();
      await platform.close();
      tools = platform = undefined;
    }
  });

  test('a list that is filtered again here', async () => {
    const rows = sizesOf(5, 290).map((length, index) =>
      fakeRun(index % 3 === 0 ? 'applied' : 'errored', idOf('run', index), {
        message: 'x y'.repeat(length),
        'plan-only': true,
        'is-destroy': index % 2 === 0,
      }),
    );
    const path = `workspaces/${IDS.workspace}/runs`;
    platform = await startFakePlatform({ [`GET ${path}`]: serving(rows, true) });
    tools = await connectTools(platform.address, { token: TOKEN });
    const args = { workspace_id: IDS.workspace, page_size: 100, filter_operation: 'plan_destroy' };
    const { data } = await follow(tools, 'list_runs_in_workspace', args);
    const destroying = rows.filter(({ attributes }) => attributes['is-destroy'] === true);
    expect(data).toEqual(destroying.map(({ id }) => id));
  });
});

test.each([0, 1, 37, 100, 700, 999])('pages line up with any row and any room, %i rows before', (before) => {
  for (let fits = 1; fits <= 100; fits += 1) {
    const { used, page_number, page_size } = linedUpPage(before, fits);
    expect((page_number - 1) * page_size).toBe(before + used);
    expect(used).toBeGreaterThanOrEqual(fits / 2);
    expect(used).toBeLessThanOrEqual(fits);
    expect(page_size).toBeGreaterThanOrEqual(Math.floor(fits / 2));
  }
});

test('a value too large for any answer is cut, and its row names its length', async () => {
  const rows = [
    resource('state-version-outputs', idOf('wsout', 0), { name: 'blob', value: 'a'.repeat(53_000) }),
    resource('state-version-outputs', idOf('wsout', 1), { name: 'small', value: 'tiny' }),
  ];
  platform = await startFakePlatform({ [`GET state-versions/${IDS.state}/outputs`]: serving(rows, true) });
  tools = await connectTools(platform.address, { token: TOKEN });
  const { result, text } = await tools.call('list_state_version_outputs', { state_version_id: IDS.state });
  expect(result?.data).toMatchObject([
    { id: rows[0]?.id, attributes: { value: expect.stringMatching(/^a+…$/) as unknown } },
    { id: rows[1]?.id, attributes: { value: 'tiny' } },
  ]);
  expect(result?.warnings.join()).toMatch(
    /Too long to be shown whole: wsout-AbCdEfGhIjKl0000 \(53\d{3} characters\)/,
  );
  expect(text).toContain('value tiny');
});

test('comments come with their author and their time', async () => {
  const comment = resource('comments', idOf('wsc', 0), { body: 'looks\ngood' });
  const event = resource(
    're',
    're-1',
    { action: 'commented', 'created-at': '2026-01-02T03:04:05.000Z' },
    { actor: ['users', 'user-1'], comment: ['comments', comment.id] },
  );
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}/comments`]: { body: { data: [comment] } },
    [`GET runs/${IDS.run}/run-events`]: {
      body: { data: [event], included: [resource('users', 'user-1', { username: 'ann' })] },
    },
  });
  tools = await connectTools(platform.address, { token: TOKEN });
  const { text } = await tools.call('list_run_comments', { run_id: IDS.run });
  expect(text).toContain(`${comment.id}, ann`);
  expect(text).toMatch(/ann.* at 2026-01-02T03:04:05\.000Z: looks good$/m);
});
