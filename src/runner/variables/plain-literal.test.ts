import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideForm } from './value-form.ts';
import { parseExpression } from './hcl-parser.ts';
import { isPlainLiteral } from './plain-literal.ts';

/** What the parser says of a text, asked without the way around it. */
const isLiteral = async (value: string): Promise<boolean> => {
  // A comment makes the text more than plain, and changes nothing else.
  const commented = { key: 'k', value: `${value} # plain`, category: 'terraform', form: 'auto' } as const;
  return (await decideForm({ ...commented, sensitive: false }, parseExpression)) === 'hcl';
};

const scalar = fc.constantFrom('true', 'null', '0', '-3', '1.5', '"a"', '"ü b"', '"10.0.0.0/16"');
const blank = fc.constantFrom('', ' ', '\n', '\r\n  ', '\t');
/** Mostly literals, with what could be mistaken for one. */
const piece = fc.constantFrom(
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    '=',
    ':',
    '==',
    '=>',
    '\n',
    ' ',
    'for',
    'a',
    'a-b',
    'true',
    'nullx',
    '-',
    '1',
    '01',
  ],
  ...[
    '1.',
    '1e3',
    '"x"',
    '"$"',
    '"${a}"',
    '"\\n"',
    '#',
    '...',
    '(',
    ')',
    'in',
    '"k" = 1',
    'k = "v"',
    '[1, 2]',
    '{}',
  ],
);

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc
      .tuple(fc.array(tie('value'), { maxLength: 4 }), blank, fc.boolean())
      .map(
        ([items, gap, trailing]) =>
          `[${gap}${items.join(`,${gap}`)}${trailing && items.length > 0 ? ',' : ''}${gap}]`,
      ),
    fc
      .tuple(
        fc.array(fc.tuple(fc.constantFrom('a', 'b_1', '"c d"', '"for"'), tie('value')), { maxLength: 4 }),
        fc.constantFrom(',', ', ', '\n', ',\n', '\n\n  '),
        fc.constantFrom(' = ', '=', ': ', ':'),
      )
      .map(([entries, between, sign]) => `{${entries.map(([k, v]) => `${k}${sign}${v}`).join(between)}}`),
  ),
}));

describe('isPlainLiteral', () => {
  it('knows the values that people write', () => {
    for (const text of [
      '["a", "b"]',
      '[]',
      '{}',
      '{ environment = "production", size : 3 }',
      '{\n  "a.b/c" = ["x", null]\n  d = { e = true },\n}\n',
      '[\n  {\n    name = "one"\n  },\n]',
    ]) {
      expect(isPlainLiteral(text), text).toBe(true);
    }
  });

  it('leaves to the parser what it does not know', () => {
    for (const text of [
      ...[
        '',
        ' 1',
        '[1 2]',
        '[,]',
        '{,}',
        '{a = 1 b = 2}',
        '{a}',
        '{for = 1}',
        '{a == 1}',
        '{a => 1}',
        '{a\n= 1}',
      ],
      ...[
        '[var.a]',
        '["${a}"]',
        '["\\n"]',
        '[1]#',
        '[1][0]',
        '{true = 1}',
        '["a"',
        '[01]',
        '[1.]',
        '[true-1]',
      ],
      ...['{a =\n1}', '["a\nb"]', '[1]\n\n', `${'['.repeat(60)}${']'.repeat(60)}`],
    ]) {
      expect(isPlainLiteral(text), text).toBe(false);
    }
  });

  it('is true for values that are made of plain ones', () => {
    fc.assert(
      fc.property(value, (text) => isPlainLiteral(text)),
      { numRuns: 500 },
    );
  });

  it('never takes for a literal what the parser does not', async () => {
    const nearly = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const inside = fc.tuple(value, nearly, fc.nat()).map(([text, part, at]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + part + text.slice(cut);
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(nearly, inside, value), async (text) => {
        if (isPlainLiteral(text)) expect(await isLiteral(text), text).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
