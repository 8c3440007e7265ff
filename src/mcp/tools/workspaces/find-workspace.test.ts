import { afterEach, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../../testing/fake-platform.ts';
import { fakeWorkspace, resource, TOKEN } from '../../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const named = (name: string, id: string) => ({ ...fakeWorkspace({ name }), id });
const page = (data: unknown[], total = data.length, next: number | null = null) => ({
  body: {
    data,
    meta: { pagination: { 'current-page': 1, 'next-page': next, 'total-count': total } },
  },
});

async function find(query: string, overrides: Parameters<typeof startFakePlatform>[0]) {
  platform = await startFakePlatform(overrides);
  tools = await connectTools(platform.address, { token: TOKEN });
  return tools.call('find_workspace', { query });
}

test('the workspace of exactly the name is best, however many names contain it', async () => {
  const many = Array.from({ length: 50 }, (_, index) =>
    named(`app-${String(index)}-payments`, `ws-${String(index).padStart(16, '0')}`),
  );
  const { result, text } = await find('payments', {
    'GET organizations/acme/workspaces': page(many, 55, 2),
    'GET organizations/acme/workspaces/payments': {
      body: { data: named('payments', 'ws-AbCdEfGhIjKlMnOp') },
    },
  });
  expect(result?.summary).toMatchObject({ best_id: 'ws-AbCdEfGhIjKlMnOp', found: 55 });
  expect(result?.next_actions).toMatchObject([{ arguments: { workspace_id: 'ws-AbCdEfGhIjKlMnOp' } }]);
  expect(text).toContain('4 more were not looked at');
});

test('two equally good matches have no best one', async () => {
  const { result, text } = await find('hostile', {
    'GET organizations': page([
      resource('organizations', 'acme', { name: 'acme' }),
      resource('organizations', 'beta', { name: 'beta' }),
    ]),
    'GET organizations/acme/workspaces': page([named('hostile', 'ws-AAAAAAAAAAAAAAAA')]),
    'GET organizations/beta/workspaces': page([named('hostile', 'ws-BBBBBBBBBBBBBBBB')]),
  });
  expect(result?.summary).toMatchObject({ best_id: null, found: 2 });
  expect(result?.next_actions).toEqual([]);
  expect(text).toContain('none is the best');
});

test('a name that is better than the others is the best, whatever the case of the query', async () => {
  const { result } = await find('Net', {
    'GET organizations/acme/workspaces': page([
      named('network', 'ws-AAAAAAAAAAAAAAAA'),
      named('net', 'ws-BBBBBBBBBBBBBBBB'),
      named('Net', 'ws-CCCCCCCCCCCCCCCC'),
    ]),
  });
  expect(result?.summary['best_id']).toBe('ws-CCCCCCCCCCCCCCCC');
});

test('a misspelt name is looked for on every page', async () => {
  const filler = Array.from({ length: 100 }, (_, index) => named(`other-${String(index)}`, `ws-${index}`));
  const { result } = await find('paymnets', {
    'GET organizations/acme/workspaces': ({ url }) =>
      url.includes('search')
        ? page([])
        : url.includes('page%5Bnumber%5D=2') || url.includes('page[number]=2')
          ? page([named('payments', 'ws-AbCdEfGhIjKlMnOp')], 101)
          : page(filler, 101, 2),
  });
  expect(result?.summary['best_id']).toBe('ws-AbCdEfGhIjKlMnOp');
});

test('one match is reported in the singular', async () => {
  const { text } = await find('net', {
    'GET organizations/acme/workspaces': page([named('network', 'ws-AbCdEfGhIjKlMnOp')]),
  });
  expect(text).toMatch(/^1 workspace found\./);
});

test('everything is searched: later pages, and organizations beyond the first hundred', async () => {
  const organizations = Array.from({ length: 130 }, (_, index) => `org-${String(index)}`);
  const pageOf = (all: readonly unknown[], url: string) => {
    const current = Number(new URL(url, 'http://x').searchParams.get('page[number]') ?? 1);
    const pagination = {
      'current-page': current,
      'next-page': current * 100 < all.length ? current + 1 : null,
      'total-count': all.length,
    };
    return { body: { data: all.slice((current - 1) * 100, current * 100), meta: { pagination } } };
  };
  const many = [
    ...Array.from({ length: 150 }, (_, index) =>
      named(`app-pay-${String(index)}`, `ws-${String(index).padStart(16, '0')}`),
    ),
    named('payments', 'ws-AAAAAAAAAAAAAAAA'),
  ];
  const { result } = await find('pay', {
    'GET organizations': ({ url }) =>
      pageOf(
        organizations.map((name) => resource('organizations', name, { name })),
        url,
      ),
    ...Object.fromEntries(organizations.map((name) => [`GET organizations/${name}/workspaces`, page([])])),
    'GET organizations/org-129/workspaces': ({ url }) => pageOf(many, url),
  });
  expect(result?.summary).toMatchObject({ found: 151, best_id: 'ws-AAAAAAAAAAAAAAAA', searched: 130 });
  expect(result?.warnings).toEqual([]);
});
