import { expect, test } from 'vitest';
import * as z from 'zod';
import { issueWords } from './issue-words.ts';

const wordsFor = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: issueWords }).error?.issues[0]?.message;

test.each([
  [z.string(), 7, 'must be a string, not 7'],
  [z.string(), undefined, 'must be a string, and is missing'],
  [z.string(), null, 'must be a string, not null'],
  [z.string(), true, 'must be a string, not true'],
  [z.string(), ['a'], 'must be a string, not a list'],
  [z.string(), {}, 'must be a string, not an object'],
  [z.number(), JSON.parse('1e400') as unknown, 'must be a number, not a number beyond 1e308'],
  [z.coerce.number(), 'zz', 'must be a number'],
  [z.int(), 1.5, 'must be a whole number, not 1.5'],
  [z.boolean(), 'true', 'must be true or false, not a string'],
  [z.array(z.string()), 'a', 'must be a list, not a string'],
  [z.object({}), [], 'must be an object, not a list'],
  [z.record(z.string(), z.string()), 1, 'must be an object, not 1'],
  [z.enum(['one', 'two', 'three']), 'four', 'must be "one", "two" or "three"'],
  [z.literal('only'), 'other', 'must be "only"'],
  [z.union([z.string(), z.boolean()]), 7, 'must be a string or true or false, not 7'],
  [z.union([z.string().max(2), z.boolean()]), 'abc', 'must have at most 2 characters'],
  [z.string().min(1), '', 'must have at least 1 character'],
  [z.array(z.string()).min(2), [], 'must have at least 2 entries'],
  [z.int().min(1), 0, 'must be at least 1'],
  [z.int().max(9), 10, 'must be at most 9'],
  [z.strictObject({}), { b: 1 }, 'must not have "b": it is not known here'],
  [z.email(), 'x', 'must be an e-mail address'],
  [z.string('is the own word of the schema'), 7, 'is the own word of the schema'],
])('a schema without own words says what it expects (%#)', (schema, value, words) => {
  expect(wordsFor(schema, value)).toBe(words);
});
