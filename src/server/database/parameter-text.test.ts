import { expect, test } from 'vitest';
import { encodeParameter } from './parameter-text.ts';

test.each([
  [null, null],
  [undefined, null],
  ['text', 'text'],
  ['', ''],
  [1.5, '1.5'],
  [12n, '12'],
  [false, 'false'],
  [new Date('2026-11-24T08:00:45.847Z'), '2026-11-24T08:00:45.847Z'],
  [new Uint8Array([0, 255]), '\\x00ff'],
  [{ a: 'b' }, '{"a":"b"}'],
  [[], '{}'],
  [['a', null, 'say "x\\"'], '{"a",NULL,"say \\"x\\\\\\""}'],
  [[[1], [2]], '{{"1"},{"2"}}'],
  [[{ a: 1 }], '{"{\\"a\\":1}"}'],
])('%o is sent as %s', (value, expected) => {
  expect(encodeParameter(value)).toBe(expected);
});

test('a value without a text form is refused', () => {
  expect(() => encodeParameter(() => {})).toThrow('function');
});
