import { expect, test } from 'vitest';
import { readByteRange } from './byte-range.ts';

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=2-5', { start: 2, end: 6 }],
  ['bytes=2-', { start: 2, end: 10 }],
  ['bytes=2-99', { start: 2, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=-99', { start: 0, end: 10 }],
])('%s of ten bytes is a part', (range, expected) => expect(readByteRange({ range }, 10)).toEqual(expected));

test.each([
  undefined,
  'bytes=',
  'bytes=-',
  'bytes=-0',
  'bytes=10-',
  'bytes=5-2',
  'bytes=0-1,4-5',
  'bytes=a-b',
  'items=0-1',
  `bytes=${'9'.repeat(400)}-`,
])('for the range %j all bytes are sent', (range) => expect(readByteRange({ range }, 10)).toBeUndefined());

test('a range that depends on a validator is ignored, because files have no validator', () => {
  expect(readByteRange({ range: 'bytes=0-1', 'if-range': '"x"' }, 10)).toBeUndefined();
});
