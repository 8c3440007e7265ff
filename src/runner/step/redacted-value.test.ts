import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED, REDACTED_AND_CHANGED, redactPair } from './redacted-value.ts';

/** A value with correct marks, and the secrets under them. */
interface Marked {
  value: unknown;
  mark: unknown;
  secrets: string[];
}

let count = 0;
const secretText = fc.constant(null).map(() => `secret-${(count += 1)}-value`);
const plainText = fc.string({ maxLength: 8 }).filter((text) => !text.includes('secret'));
const anyKey = fc.constantFrom('name', 'list', 'nested', 'password', '__proto__', '0');

const secretValue: fc.Arbitrary<Marked> = fc
  .oneof(
    secretText.map((text) => ({ value: text as unknown, secrets: [text] })),
    fc.array(secretText, { maxLength: 3 }).map((texts) => ({ value: texts as unknown, secrets: texts })),
    fc.tuple(secretText, secretText).map((texts) => ({
      value: { [texts[0]]: { deep: [texts[1]] } } as unknown,
      secrets: texts,
    })),
  )
  .map(({ value, secrets }) => ({ value, mark: true as unknown, secrets }));

const { marked } = fc.letrec<{ marked: Marked }>((tie) => ({
  marked: fc.oneof(
    { maxDepth: 4 },
    fc
      .oneof(plainText, fc.integer(), fc.boolean(), fc.constant(null))
      .map((value) => ({ value: value as unknown, mark: false as unknown, secrets: [] })),
    secretValue,
    fc.array(tie('marked'), { maxLength: 3 }).map((parts) => ({
      value: parts.map(({ value }) => value),
      mark: parts.map((part) => part.mark),
      secrets: parts.flatMap(({ secrets }) => secrets),
    })),
    fc.dictionary(anyKey, tie('marked'), { maxKeys: 3 }).map((parts) => ({
      value: mapValues(parts, ({ value }) => value),
      mark: mapValues(parts, ({ mark }) => mark),
      secrets: Object.values(parts).flatMap(({ secrets }) => secrets),
    })),
  ),
}));

const mapValues = <T>(record: Record<string, T>, map: (value: T) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

describe('redacting the two sides of a change', () => {
  it('hides each value that either side marks, with all of its parts', () => {
    fc.assert(
      fc.property(marked, marked, (before, after) => {
        const text = JSON.stringify(redactPair(before.value, after.value, before.mark, after.mark));
        for (const secret of [...before.secrets, ...after.secrets]) expect(text).not.toContain(secret);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes no unmarked value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        expect(redactPair(before, after, false, {})).toEqual({ before, after });
      }),
    );
  });

  it('keeps the type of every value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        const redacted = redactPair(before, after, true, false);
        expect([typeOf(redacted.before), typeOf(redacted.after)]).toEqual([typeOf(before), typeOf(after)]);
      }),
    );
  });

  it('keeps a change a change, and an unchanged value unchanged', () => {
    expect(redactPair('a', 'b', true, true)).toEqual({ before: REDACTED, after: REDACTED_AND_CHANGED });
    expect(redactPair('a', 'a', true, true)).toEqual({ before: REDACTED, after: REDACTED });
    expect(redactPair(null, 'a', false, true)).toEqual({ before: null, after: REDACTED_AND_CHANGED });
    expect(
      redactPair({ a: ['x', 'y'] }, { a: ['x', 'z'] }, { a: [false, true] }, { a: [false, true] }),
    ).toEqual({
      before: { a: ['x', REDACTED] },
      after: { a: ['x', REDACTED_AND_CHANGED] },
    });
  });

  it('hides a value on the side that no longer marks it', () => {
    expect(redactPair({ password: 'hush' }, { password: 'hush' }, { password: true }, {})).toEqual({
      before: { password: REDACTED },
      after: { password: REDACTED },
    });
  });
});
