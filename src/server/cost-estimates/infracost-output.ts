import * as z from 'zod';
import { fromDecimal, toDecimal } from '../../checks/decimal.ts';
import type { Estimate, PricedResource, UnpricedResource } from '../../checks/estimate.ts';
import { storable } from '../../checks/storable-text.ts';

const Amount = z
  .union([z.string().regex(/^\d{1,12}(\.\d{1,30})?$/, 'must be a decimal'), z.number().min(0)])
  .nullish()
  .transform((amount) => (amount === null || amount === undefined ? null : fromDecimal(String(amount))));
const Resource = z.object({
  name: z.string().max(2_000),
  resourceType: z.string().max(300).nullish(),
  monthlyCost: Amount,
});
const Breakdown = z.object({ resources: z.array(Resource).nullish() }).nullish();
/** The part of the output of `infracost breakdown --format json` that is read; further keys are allowed. */
const Output = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters'),
  totalMonthlyCost: Amount,
  pastTotalMonthlyCost: Amount,
  projects: z.array(z.object({ pastBreakdown: Breakdown, breakdown: Breakdown })).max(1_000),
});

/** @throws Error with a sentence: the text is not JSON, or has another shape */
export function readInfracostOutput(text: string): Estimate {
  const parsed = Output.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(sayFirst(parsed.error));
  const { currency, totalMonthlyCost, pastTotalMonthlyCost, projects } = parsed.data;
  const [prior, proposed] = [pastTotalMonthlyCost ?? 0n, totalMonthlyCost ?? 0n];
  const before = byName(projects.flatMap(({ pastBreakdown }) => pastBreakdown?.resources ?? []));
  const after = byName(projects.flatMap(({ breakdown }) => breakdown?.resources ?? []));
  const matched: PricedResource[] = [];
  const unmatched: UnpricedResource[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, becomes] = [before.get(name), after.get(name)];
    const address = storable(name);
    const type = storable((becomes ?? was)?.resourceType ?? typeOf(name));
    if ((was?.monthlyCost ?? null) === null && (becomes?.monthlyCost ?? null) === null) {
      unmatched.push({ address, type, reason: 'the estimator gives no monthly cost' });
      continue;
    }
    const [old, next] = [was?.monthlyCost ?? 0n, becomes?.monthlyCost ?? 0n];
    matched.push({
      address,
      type,
      'prior-monthly-cost': toDecimal(old),
      'proposed-monthly-cost': toDecimal(next),
      'delta-monthly-cost': toDecimal(next - old),
      'price-book': null,
    });
  }
  return {
    currency,
    prior: toDecimal(prior),
    proposed: toDecimal(proposed),
    delta: toDecimal(proposed - prior),
    resourcesCount: matched.length + unmatched.length,
    matched,
    unmatched,
  };
}

type Named = z.output<typeof Resource>;
const byName = (resources: readonly Named[]): Map<string, Named> =>
  new Map(resources.map((resource) => [resource.name, resource]));

/** `module.a["x"].aws_instance.web[0]` → `aws_instance` */
const typeOf = (address: string): string =>
  address
    .replace(/\[[^\]]*\]/g, '')
    .split('.')
    .at(-2) ?? '';

function sayFirst(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}
