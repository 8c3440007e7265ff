import type { Output, StateVersion } from '@runwright/client';
import { expect, test } from 'vitest';
import { outputHistories } from './output-histories.ts';

type Value = unknown;
const SECRET = Symbol('sensitive');

/** State versions, the newest first, with their outputs. */
function scene(...states: readonly Readonly<Record<string, Value>>[]): [StateVersion[], Output[]] {
  const outputs: Output[] = [];
  const versions = states.map((values, index) => {
    const serial = states.length - index;
    const data = Object.entries(values).map(([name, value]) => {
      const sensitive = value === SECRET;
      const id = `wsout-${String(serial)}-${name}`;
      const attributes = { name, sensitive, type: 'string', value: sensitive ? null : value };
      outputs.push({ id, type: 'state-version-outputs', attributes } as Output);
      return { id, type: 'state-version-outputs' };
    });
    return {
      id: `sv-${String(serial)}`,
      type: 'state-versions',
      attributes: { serial },
      relationships: { outputs: { data } },
    } as unknown as StateVersion;
  });
  return [versions, outputs];
}

const told = (isWhole: boolean, ...states: readonly Readonly<Record<string, Value>>[]): unknown =>
  Object.fromEntries(
    outputHistories(...scene(...states), isWhole).map(({ name, now, changes }) => [
      name,
      [
        now !== undefined,
        ...changes.map(({ version, action }) => `${String(version.attributes.serial)} ${action}`),
      ],
    ]),
  );

test.each<[string, boolean, Readonly<Record<string, Value>>[], unknown]>([
  ['no state has no outputs', true, [], {}],
  ['the first state creates its outputs', true, [{ a: 1 }], { a: [true, '1 create'] }],
  ['the last version of a part of the list creates nothing', false, [{ a: 1 }], { a: [true] }],
  ['an unchanged value has no entry', true, [{ a: [1, 2] }, { a: [1, 2] }], { a: [true, '1 create'] }],
  ['a changed value has one', false, [{ a: { b: 2 } }, { a: { b: 1 } }], { a: [true, '2 update'] }],
  ['a text is not the number that it spells', false, [{ a: '1' }, { a: 1 }], { a: [true, '2 update'] }],
  ['null is a value', false, [{ a: null }, { a: 'x' }], { a: [true, '2 update'] }],
  [
    'a removed output is last',
    true,
    [{ z: 1 }, { a: 1 }],
    { z: [true, '2 create'], a: [false, '2 delete', '1 create'] },
  ],
  [
    'an output that comes back is created twice',
    true,
    [{ a: 1 }, {}, { a: 1 }],
    { a: [true, '3 create', '2 delete', '1 create'] },
  ],
  ['a value becomes sensitive', false, [{ a: SECRET }, { a: 'x' }], { a: [true, '2 update'] }],
  ['null and a sensitive value differ', false, [{ a: SECRET }, { a: null }], { a: [true, '2 update'] }],
  ['two sensitive values are not compared', false, [{ a: SECRET }, { a: SECRET }], { a: [true] }],
])('%s', (_, isWhole, states, expected) => {
  expect(told(isWhole, ...states)).toEqual(expected);
});

test('outputs that the answer left out are not there', () => {
  const [versions] = scene({ a: 1 });
  expect(outputHistories(versions, [], true)).toEqual([]);
});
