import { CelProblem } from './cel.ts';
import { toDecimal, toMillionths } from './decimal.ts';
import { compilePrices, type CompiledPrice, type Price } from './price-book.ts';
import { storable } from './storable-text.ts';
import type { RedactedPlan } from './redacted-plan.ts';

export interface PricedResource {
  address: string;
  type: string;
  'prior-monthly-cost': string;
  'proposed-monthly-cost': string;
  'delta-monthly-cost': string;
  /** The price book of the price. */
  'price-book': string | null;
}

export interface UnpricedResource {
  address: string;
  type: string;
  reason: string;
}

/** The monthly cost of a plan's resources, before and after it. Amounts are decimal texts. */
export interface Estimate {
  currency: string | null;
  prior: string;
  proposed: string;
  delta: string;
  resourcesCount: number;
  matched: PricedResource[];
  unmatched: UnpricedResource[];
}

export interface NamedPrices {
  name: string;
  currency: string;
  prices: readonly Price[];
}

/** Each amount counts once: the plan lists instances of count and for_each as separate resources. */
export function estimate(plan: RedactedPlan, books: readonly NamedPrices[]): Estimate {
  const compiled = books.map(({ name, prices }) => ({ name, prices: compilePrices(prices) }));
  const matched: PricedResource[] = [];
  const unmatched: UnpricedResource[] = [];
  const total = { prior: 0n, proposed: 0n };
  for (const { address: written, type, mode, change } of plan.resource_changes ?? []) {
    if (mode !== 'managed') continue;
    const address = storable(written);
    try {
      const side = (values: Record<string, unknown> | null | undefined) =>
        values === null || values === undefined ? undefined : findPrice(compiled, address, type, values);
      const [before, after] = [side(change.before), side(change.after)];
      const [prior, proposed] = [before?.amount ?? 0n, after?.amount ?? 0n];
      total.prior += prior;
      total.proposed += proposed;
      matched.push({
        address,
        type,
        'prior-monthly-cost': toDecimal(prior),
        'proposed-monthly-cost': toDecimal(proposed),
        'delta-monthly-cost': toDecimal(proposed - prior),
        'price-book': (after ?? before)?.book ?? null,
      });
    } catch (error) {
      if (!(error instanceof NoPrice)) throw error;
      unmatched.push({ address, type, reason: storable(error.message) });
    }
  }
  return {
    currency: books[0]?.currency ?? null,
    prior: toDecimal(total.prior),
    proposed: toDecimal(total.proposed),
    delta: toDecimal(total.proposed - total.prior),
    resourcesCount: matched.length + unmatched.length,
    matched,
    unmatched,
  };
}

class NoPrice extends Error {}

interface CompiledBook {
  name: string;
  prices: Map<string, CompiledPrice[]>;
}

/** The first price that fits, in the order of the books. @throws NoPrice */
function findPrice(
  books: readonly CompiledBook[],
  address: string,
  type: string,
  values: Record<string, unknown>,
): { amount: bigint; book: string } {
  const known = { values, address };
  const isKnownType = books.some(({ prices }) => prices.has(type));
  if (!isKnownType) throw new NoPrice(`no price book has ${type}`);
  for (const { name, prices } of books) {
    for (const compiled of prices.get(type) ?? []) {
      try {
        if (!hasAttributes(values, compiled.price.attributes ?? {})) continue;
        if (compiled.when !== undefined && compiled.when.evaluate(known) !== true) continue;
        return { amount: amountOf(compiled, known), book: name };
      } catch (error) {
        if (!(error instanceof CelProblem) && !(error instanceof RangeError)) throw error;
        throw new NoPrice(`${name}: ${error.message}`);
      }
    }
  }
  throw new NoPrice(`no price of ${type} fits its attributes`);
}

function amountOf({ monthly }: CompiledPrice, known: Record<string, unknown>): bigint {
  const amount = typeof monthly === 'number' ? monthly : monthly.evaluate(known);
  if (typeof amount !== 'number' && typeof amount !== 'bigint')
    throw new RangeError('monthly gave no number');
  return toMillionths(Number(amount));
}

function hasAttributes(
  values: Record<string, unknown>,
  wanted: Readonly<Record<string, string | number | boolean>>,
): boolean {
  return Object.entries(wanted).every(([path, value]) => memberAt(values, path.split('.')) === value);
}

function memberAt(value: unknown, path: readonly string[]): unknown {
  let member = value;
  for (const key of path) {
    if (typeof member !== 'object' || member === null || !Object.hasOwn(member, key)) return undefined;
    member = (member as Record<string, unknown>)[key];
  }
  return member;
}
