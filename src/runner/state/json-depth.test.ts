import { expect, test } from 'vitest';
import { isDeeperThan } from './json-depth.ts';

const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));

test('counts what is open at once', () => {
  expect(isDeeperThan(nested(3), 3)).toBe(false);
  expect(isDeeperThan(nested(4), 3)).toBe(true);
  expect(isDeeperThan(Buffer.from('[[],[],[],{"a":[]}]'), 3)).toBe(false);
  expect(isDeeperThan(Buffer.from('['.repeat(4)), 3)).toBe(true);
});

test('brackets in a string are text, after an escaped quote too', () => {
  expect(isDeeperThan(Buffer.from(String.raw`{"a":"[[[[\"[[[[","b":"\\"}`), 1)).toBe(false);
});
