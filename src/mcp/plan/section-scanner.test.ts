import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SectionScanner, type SectionItem } from './section-scanner.ts';

function scan(text: string, pieceSizes: readonly number[], maxItemBytes?: number): SectionItem[] {
  const scanner = new SectionScanner(['resource_changes', 'output_changes'], maxItemBytes);
  const bytes = new TextEncoder().encode(text);
  const found: SectionItem[] = [];
  for (let at = 0, piece = 0; at < bytes.length; piece += 1) {
    const size = pieceSizes[piece % pieceSizes.length] ?? 1;
    found.push(...scanner.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return found;
}

const valuesIn = (items: readonly SectionItem[]): unknown[] =>
  items.map(({ section, key, json }) => [
    section,
    section === 'output_changes' ? key : '',
    JSON.parse(json ?? 'null'),
  ]);

describe('finding the changes of a plan in pieces', () => {
  test('any plan in any pieces gives the same objects as JSON.parse', () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue());
    const document = fc.record({
      format_version: fc.string(),
      planned_values: fc.jsonValue(),
      resource_changes: fc.array(item),
      'odd "name"\\': fc.jsonValue(),
      output_changes: fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        item,
      ),
      errored: fc.boolean(),
    });
    fc.assert(
      fc.property(
        document,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.boolean(),
        (plan, sizes, isPretty) => {
          const found = scan(JSON.stringify(plan, null, isPretty ? 2 : undefined), sizes);
          const expected = JSON.parse(JSON.stringify(plan)) as typeof plan;
          expect(valuesIn(found)).toEqual([
            ...expected.resource_changes.map((change) => ['resource_changes', '', change]),
            ...Object.entries(expected.output_changes).map(([name, change]) => [
              'output_changes',
              name,
              change,
            ]),
          ]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('an object beyond the limit is given only by its beginning, and the next one is whole', () => {
    const big = { address: 'a.big', type: 'a', change: { actions: ['delete'], before: 'x'.repeat(5_000) } };
    const found = scan(JSON.stringify({ resource_changes: [big, { address: 'a.small' }] }), [700], 1_000);
    expect(found.map(({ json }) => json)).toEqual([undefined, '{"address":"a.small"}']);
    expect(found[0]?.head).toContain('"address":"a.big"');
  });

  test('a text that is not JSON yields nothing and does not throw', () => {
    expect(scan('<html>"{[}', [3])).toEqual([]);
  });
});
