import { parseExactJson, writeExactJson } from '@runwright/models';
import { expect, it } from 'vitest';
import { createMasker } from '../../masking/masker.ts';
import { maskValues } from './masked-values.ts';
import { redactPair } from './redacted-value.ts';

it('a number that a float cannot hold is shown, masked and replaced like any other number', () => {
  const value = parseExactJson('{"id":9007199254740993,"list":[1e999,12345678901234567890]}');
  const masked = maskValues(value, createMasker(['12345678901234567890']), new Set());
  expect(writeExactJson(masked)).toBe('{"id":9007199254740993,"list":[1e999,0]}');
  const [one, other] = [parseExactJson('9007199254740993'), parseExactJson('9007199254740995')];
  expect(redactPair(one, other, true, true)).toEqual({ before: 0, after: 1 });
  expect(redactPair(one, parseExactJson('9007199254740993'), true, true)).toEqual({ before: 0, after: 0 });
  expect(redactPair({ id: one }, { id: other }, {}, {})).toEqual({
    before: { id: one },
    after: { id: other },
  });
});
