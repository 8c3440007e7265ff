import { ExactNumber } from '@runwright/models';
import { describe, expect, test } from 'vitest';
import { diffRows } from './attribute-diff.ts';
import { diffLists } from './diff-lists.ts';
import { readPlan, type JsonChange } from './plan.ts';

const shown = (change: JsonChange): string[] =>
  diffRows(change).map(
    ({ kind, name, before, after, forces }) =>
      `${kind} ${name}${before === undefined ? '' : ` ${before}`}${after === undefined ? '' : ` > ${after}`}${forces === true ? ' forces' : ''}`,
  );

describe('the attributes of a change', () => {
  test.each<[string, JsonChange, string[]]>([
    [
      'a changed text',
      { before: { a: 'x', b: 1 }, after: { a: 'y', b: 1 } },
      ['changed a "x" > "y"', 'folded 1 unchanged attribute'],
    ],
    ['a new resource', { before: null, after: { a: 'x', b: null } }, ['added a > "x"']],
    ['a resource that goes', { before: { a: 'x' }, after: null }, ['removed a "x"']],
    [
      'what is known after the apply only',
      { before: { id: '1' }, after: {}, after_unknown: { id: true } },
      ['changed id "1" > (known after apply)'],
    ],
    [
      'what forces a replacement',
      { before: { a: 1 }, after: { a: 2 }, replace_paths: [['a']] },
      ['changed a 1 > 2 forces'],
    ],
    [
      'a list of texts',
      { before: { a: ['x', 'y'] }, after: { a: ['x', 'z'] } },
      ['group a []', 'same  > "x"', 'removed  "y"', 'added  > "z"'],
    ],
    [
      'JSON in a text',
      { before: { a: '{"p":[80],"t":true}' }, after: { a: '{"p":[80,443],"t":true}' } },
      ['group a (JSON)', 'group p []', 'same  > 80', 'added  > 443', 'folded 1 unchanged attribute'],
    ],
    [
      'a text of several lines',
      { before: { a: 'one\ntwo' }, after: { a: 'one\nthree' } },
      ['group a', 'same  > one', 'removed  two', 'added  > three'],
    ],
    ['an output', { before: 'x', after: 'y' }, ['changed  "x" > "y"']],
    [
      'a number that JavaScript cannot hold',
      { before: { n: new ExactNumber('1') }, after: { n: new ExactNumber('12345678901234567890123') } },
      ['changed n 1 > 12345678901234567890123'],
    ],
    [
      'a text that only looks like JSON',
      { before: { a: '{x' }, after: { a: '{y' } },
      ['changed a "{x" > "{y"'],
    ],
  ])('%s', (_name, change, rows) => {
    expect(shown(change)).toEqual(rows);
  });

  test.each<[string, JsonChange]>([
    ['a whole value', { before: { p: 'secret-1' }, after: { p: 'secret-2' }, before_sensitive: { p: true } }],
    [
      'a value that becomes sensitive',
      { before: { p: 'secret-1' }, after: { p: 'secret-2' }, after_sensitive: { p: true } },
    ],
    [
      'a part of a list',
      {
        before: { p: ['a', 'secret-1'] },
        after: { p: ['a', 'secret-2'] },
        before_sensitive: { p: [false, true] },
        after_sensitive: { p: [false, true] },
      },
    ],
    [
      'a nested part',
      {
        before: { o: { p: 'secret-1' } },
        after: { o: { p: 'secret-2' } },
        after_sensitive: { o: { p: true } },
      },
    ],
    [
      'all of it',
      { before: { p: 'secret-1' }, after: { p: 'secret-2' }, before_sensitive: true, after_sensitive: true },
    ],
  ])('%s is not shown when it is sensitive', (_name, change) => {
    expect(JSON.stringify(diffRows(change))).not.toContain('secret-');
    expect(JSON.stringify(diffRows(change))).toContain('(sensitive value)');
  });
});

test.each([
  [[], []],
  [['a'], []],
  [[], ['a']],
  [
    ['a', 'b', 'c'],
    ['a', 'c'],
  ],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [
    ['a', 'a', 'b'],
    ['a', 'b', 'b'],
  ],
])(
  'from %j to %j, kept and added lines are the second list, kept and removed ones the first',
  (before, after) => {
    const diff = diffLists(before, after);
    expect(diff.filter(({ kind }) => kind !== 'added').map(({ text }) => text)).toEqual(before);
    expect(diff.filter(({ kind }) => kind !== 'removed').map(({ text }) => text)).toEqual(after);
  },
);

test('destructive changes come before all others, and unchanged resources are left out', () => {
  const change = (actions: string[], more: object = {}) => ({ actions, ...more });
  const { changes } = readPlan({
    resource_changes: [
      { address: 'a.made', change: change(['create']) },
      { address: 'a.same', change: change(['no-op']) },
      { address: 'a.moved', previous_address: 'a.old', change: change(['no-op']) },
      { address: 'a.found', change: change(['no-op'], { importing: { id: 'x' } }) },
      { address: 'a.again', change: change(['create', 'delete']) },
      { address: 'a.new-word', change: change(['quux']) },
      { address: 'a.gone', change: change(['delete']) },
      { address: 'a.left', change: change(['forget']) },
    ],
  });
  expect(changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
    'delete a.gone',
    'replace a.again',
    'forget a.left',
    'update a.new-word',
    'create a.made',
    'import a.found',
    'move a.moved',
  ]);
});
