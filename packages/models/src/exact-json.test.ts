import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ExactNumber,
  JsonText,
  holdsNumberBeyondFloats,
  parseExactJson,
  quoteInexactNumbers,
  writeExactJson,
} from './exact-json.ts';

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.constantFrom(...'123456789'), digits(0, 40)).map((each) => each.join('')),
    ),
    fc.oneof(
      fc.constant(''),
      digits(1, 40).map((each) => `.${each}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.integer({ min: -900, max: 900 }).map((each) => `e${each}`),
    ),
  )
  .map((parts) => parts.join(''));

/** Whether two texts spell the same number, compared with BigInt. */
function sameNumber(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => {
    const [, sign, whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
    return {
      value: BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n),
      exponent: Number(exponent) - fraction.length,
    };
  }) as [{ value: bigint; exponent: number }, { value: bigint; exponent: number }];
  const lowest = Math.min(a.exponent, b.exponent);
  return a.value * 10n ** BigInt(a.exponent - lowest) === b.value * 10n ** BigInt(b.exponent - lowest);
}

it('reads and writes every number without changing it', () => {
  fc.assert(
    fc.property(number, (text) => {
      const read = parseExactJson(text);
      if (typeof read === 'number') expect(sameNumber(String(read), text)).toBe(true);
      else expect(String(read)).toBe(text);
      expect(sameNumber(writeExactJson(read), text)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it('reads everything else as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
      expect(writeExactJson(parseExactJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

it('finds numbers in lists, objects and the outermost place, and none inside strings', () => {
  const text = String.raw`{"a":[9007199254740993,{"b":0.1234567890123456789}],"c":"x\\\"9007199254740993","9007199254740993":1}`;
  const read = parseExactJson(text) as { a: [ExactNumber] };
  expect(read.a[0]).toBeInstanceOf(ExactNumber);
  expect(writeExactJson(read)).toBe(text);
});

it('keeps keys with a special meaning in JavaScript', () => {
  const text = '{"__proto__":12345678901234567890,"constructor":{"toJSON":1e999},"text":"x"}';
  expect(writeExactJson(parseExactJson(text))).toBe(text);
});

it('rejects text that is not JSON', () => {
  for (const text of [
    '',
    '01',
    '1.',
    '12345678901234567890.',
    '[1,]',
    '{"a":9007199254740993',
    '"abc',
    '-',
    '1e',
  ]) {
    expect(() => parseExactJson(text), text).toThrow(SyntaxError);
  }
});

it('reads values that nest deeper than the stack', () => {
  const depth = 200_000;
  const text = '['.repeat(depth) + '9007199254740993' + ']'.repeat(depth);
  let read = parseExactJson(text);
  for (let level = 0; level < depth; level += 1) read = (read as unknown[])[0];
  expect(String(read)).toBe('9007199254740993');
});

it('puts JSON text into a document unchanged', () => {
  const document = { list: [new JsonText('{ "a": 1e999 }')], text: 'a', none: undefined };
  expect(writeExactJson(document)).toBe('{"list":[{ "a": 1e999 }],"text":"a"}');
  expect(writeExactJson([new ExactNumber('1e999')], 2)).toBe('[\n  1e999\n]');
  expect(writeExactJson(undefined)).toBe('null');
});

it('keeps each digit even in a writer that does not know exact numbers', () => {
  expect(JSON.stringify({ id: parseExactJson('9007199254740993') })).toBe('{"id":"9007199254740993"}');
  expect(`${String(parseExactJson('9007199254740993'))}`).toBe('9007199254740993');
});

it('quotes exactly the numbers that a float cannot hold', () => {
  expect(quoteInexactNumbers('[1,-0.5,9007199254740993,"9007199254740993",1e758]')).toBe(
    '[1,-0.5,"9007199254740993","9007199254740993","1e758"]',
  );
});

it.each([
  ['[1.7976931348623157e308,9007199254740993,0.1234567890123456789]', false],
  ['{"1e999":"1e999"}', false],
  ['[{"a":-1e309}]', true],
  [`1${'0'.repeat(309)}`, true],
])('%s holds a number beyond all floats: %s', (json, isBeyond) =>
  expect(holdsNumberBeyondFloats(json)).toBe(isBeyond),
);
