import { expect, test } from 'vitest';
import { withoutSequences } from './ansi.tsx';
import { readLineLink, lineLink } from './line-link.ts';
import { searchText, shownLine } from './log-lines.ts';
import { LogStore } from './log-store.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const textsOf = (store: LogStore): string[] => store.lines.map((line) => shownLine(line).text);

test('a log in pieces of any size has the same lines as the whole', () => {
  const whole = 'Plan: größer\r\nzweite Zeile 🎉\n\nohne Ende';
  const bytes = encode(whole);
  for (let size = 1; size <= bytes.length; size += 1) {
    const store = new LogStore();
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.slice(at, at + size);
      store.append(piece, at + piece.length, at + size >= bytes.length);
    }
    expect(textsOf(store), String(size)).toEqual(['Plan: größer', 'zweite Zeile 🎉', '', 'ohne Ende']);
    expect(store.isComplete).toBe(true);
  }
});

test('terraform’s JSON is shown by its message, and its problems by their parts', () => {
  const store = new LogStore();
  const lines = [
    {
      '@level': 'info',
      '@message': 'a.b: Creating…',
      '@timestamp': '2026-01-01T00:00:00Z',
      type: 'apply_start',
      hook: { resource: { addr: 'a.b' } },
    },
    {
      '@level': 'info',
      '@message': 'a.b: still',
      type: 'apply_progress',
      hook: { resource: { addr: 'a.b' }, elapsed_seconds: 10 },
    },
    {
      '@level': 'error',
      '@message': 'Error: no',
      type: 'diagnostic',
      diagnostic: {
        severity: 'error',
        summary: 'It failed',
        detail: 'one\ntwo',
        address: 'a.b',
        range: { filename: 'main.tf', start: { line: 3 } },
        snippet: { code: 'x = 1' },
      },
    },
    { '@level': 'info', '@message': 'says "done" \\ here', type: 'log' },
  ];
  store.append(
    encode(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"@level":"info", cut`),
    1,
    true,
  );
  expect(textsOf(store)).toEqual([
    'a.b: Creating…',
    'a.b: still',
    'Error: It failed',
    '  with a.b',
    '  on main.tf line 3',
    '    x = 1',
    'one',
    'two',
    'says "done" \\ here',
    '{"@level":"info", cut',
  ]);
  expect(store.lines.map(searchText)).toEqual(textsOf(store));
  expect(store.progress.get('a.b')).toEqual({ state: 'failed', seconds: 10, problem: 'It failed. one\ntwo' });
  expect(store.diagnostics).toHaveLength(1);
});

test.each([
  ['\x1b[31mred\x1b[0m', 'red'],
  ['\x1b]8;;http://evil.example\x07link\x1b]8;;\x07', 'link'],
  ['\x1b]0;title\x1b\\text', 'text'],
  ['\x1b[2J\x1b[1;1Hhome', 'home'],
  ['bell\x07 back\x08space', 'bell backspace'],
  ['\x1bPq#0;2;0;0;0\x1b\\after', 'after'],
  ['a lone \x1b', 'a lone '],
])('%j is searched as %j', (written, text) => {
  expect(withoutSequences(written)).toBe(text);
});

test.each([
  ['#plan-L12', { phase: 'plan', from: 12, to: 12 }],
  ['apply-L9-L3', { phase: 'apply', from: 3, to: 9 }],
  ['#plan-L', undefined],
  ['#other-L3', undefined],
  ['#plan-L3-L4-L5', undefined],
])('the address %s leads to %j', (hash, range) => {
  expect(readLineLink(hash)).toEqual(range);
  if (range !== undefined) expect(readLineLink(lineLink(range as never))).toEqual(range);
});
