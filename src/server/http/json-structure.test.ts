import { expect, test } from 'vitest';
import { countMembers, findRepeated, survey } from './json-structure.ts';

const membersOf = (text: string): unknown => survey(Buffer.from(text), 1_000);

test.each([
  ['{"a":1,"a":1}', ['a']],
  ['{"data":{"attributes":{"x":1},"attributes":{"x":2}}}', ['data', 'attributes']],
  ['[0,[{"a":1},{"b":{"c":[],"c":[]}}]]', ['1', '1', 'b', 'c']],
  ['{"a":1,"\\u0061" : 2}', ['a']],
  ['{"__proto__":1,"__proto__":2}', ['__proto__']],
  ['{"":1,"":2}', ['']],
  ['{"a\\"b":1,"c":"a\\"b","a\\"b":2}', ['a"b']],
])('a member that is written twice is found in %s', (text, path) => {
  expect(membersOf(text)).not.toEqual({ members: countMembers(JSON.parse(text)) });
  expect(findRepeated(text)).toEqual(path);
});

test.each([
  '{"a":"a","b":"a:b","c":{"a":1},"d":[{"a":1},{"a":2}]}',
  '{"a":"\\"b\\":","b":"{\\"b\\":1,\\"b\\":2}"}',
  '{"__proto__":{"a":1},"constructor":{"a":1}}',
  '["a","a",":",{}]',
  '"a"',
  'null',
])('%s repeats no member', (text) => {
  expect(membersOf(text)).toEqual({ members: countMembers(JSON.parse(text)) });
  expect(findRepeated(text)).toBeUndefined();
});
