import * as z from 'zod';

export const MAX_RISK_ROWS = 20;

/**
 * The findings of a runner in a plan that people should look at: for each rule the number and the places. They hold
 * no values of the plan and no judgement: the server weighs the rules.
 */
export const RiskFinding = z.strictObject({
  /** One of the runner's rules, such as `stateful-destroyed`. The server knows its meaning, or treats it as serious. */
  rule: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  count: z.int().min(1).max(1_000_000),
  /** The first findings, in the order of the plan. */
  rows: z
    .array(
      z.strictObject({
        address: z.string().max(500),
        /** The detail in a few words, without values: `publicly_accessible`, `5 → 2`. */
        detail: z.string().max(200),
      }),
    )
    .max(MAX_RISK_ROWS),
});
export type RiskFinding = z.infer<typeof RiskFinding>;

/** Each rule once. */
export const RiskFindings = z.array(RiskFinding).max(50);
