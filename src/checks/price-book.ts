import * as z from 'zod';
import { CelProblem, createCel, type CelExpression } from './cel.ts';
import { LARGEST_AMOUNT } from './decimal.ts';
import { readSource, SourceProblems, type SourceProblem } from './source-text.ts';

/** The inputs of prices: the attributes of one resource before or after the plan, and its address. */
const priceLanguage = createCel(['values', 'address']);

const text = (max: number) =>
  z
    .string({ error: 'must be a text' })
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`);
const expression = text(2_000);
const plain = z.union([z.string().max(1_000), z.number(), z.boolean()], {
  error: 'must be a text, a number, true or false',
});

const Price = z.strictObject({
  resource: text(200).regex(/^[A-Za-z_][\w-]*$/, 'must be a resource type, such as aws_instance'),
  /** Attributes that must have exactly these values; `a.0.b` addresses nested blocks. */
  attributes: z.record(z.string().max(200), plain).optional(),
  /** An expression that must be true. */
  when: expression.optional(),
  monthly: z.union(
    [
      z.number().min(0, 'must not be negative').max(LARGEST_AMOUNT, `must be at most ${LARGEST_AMOUNT}`),
      expression,
    ],
    { error: 'must be a number or an expression' },
  ),
  note: z.string().max(500).optional(),
});
export type Price = z.output<typeof Price>;

const Book = z.strictObject({
  currency: z
    .string({ error: 'must be a currency, such as USD' })
    .regex(/^[A-Z]{3}$/, 'must be three capital letters, such as USD'),
  source: text(1_000),
  date: z.iso.date({ error: 'must be the day of the prices, as "2026-01-31"' }),
  prices: z
    .array(Price, { error: 'must be a list of prices' })
    .min(1, 'must have a price')
    .max(5_000, 'must have at most 5000 prices'),
});
/** A price book as it is stored: checked, with the expressions as they were written. */
export type PriceBook = z.output<typeof Book>;

/** The permitted types of the expressions, as the language calls them. */
const GIVES: Record<'when' | 'monthly', { types: readonly string[]; words: string }> = {
  when: { types: ['bool', 'dyn'], words: 'true or false' },
  monthly: { types: ['int', 'uint', 'double', 'dyn'], words: 'a number' },
};

/** @throws SourceProblems with lines and columns */
export function readPriceBook(source: string): PriceBook {
  const { value, at } = readSource(source, Book);
  const problems: SourceProblem[] = [];
  value.prices.forEach((price, index) => {
    for (const key of ['when', 'monthly'] as const) {
      const written = price[key];
      if (typeof written !== 'string') continue;
      try {
        const { gives } = priceLanguage.compile(written);
        if (!GIVES[key].types.includes(gives))
          throw new CelProblem(`gives ${gives}: it must give ${GIVES[key].words}`, 0);
      } catch (error) {
        if (!(error instanceof CelProblem)) throw error;
        const place = at(['prices', index, key], error.offset);
        problems.push({ message: `prices[${index}].${key}: ${error.message}`, ...place });
      }
    }
  });
  if (problems.length > 0) throw new SourceProblems(problems);
  return value;
}

export interface CompiledPrice {
  price: Price;
  when: CelExpression | undefined;
  monthly: CelExpression | number;
}

export function compilePrices(prices: readonly Price[]): Map<string, CompiledPrice[]> {
  const byType = new Map<string, CompiledPrice[]>();
  for (const price of prices) {
    const { resource, when, monthly } = price;
    const compiled = {
      price,
      when: when === undefined ? undefined : priceLanguage.compile(when),
      monthly: typeof monthly === 'number' ? monthly : priceLanguage.compile(monthly),
    };
    const others = byType.get(resource);
    if (others === undefined) byType.set(resource, [compiled]);
    else others.push(compiled);
  }
  return byType;
}
