import * as z from 'zod';

const Values = z.record(z.string(), z.unknown()).nullish();

/** What checks read of a redacted plan (api-contract §4.2); there is more in it. */
export const RedactedPlan = z.looseObject({
  resource_changes: z
    .array(
      z.looseObject({
        address: z.string(),
        mode: z.string(),
        type: z.string(),
        change: z.looseObject({ actions: z.array(z.string()), before: Values, after: Values }),
      }),
    )
    .optional(),
});
export type RedactedPlan = z.output<typeof RedactedPlan>;

/** @throws SyntaxError, ZodError when it is none */
export const parseRedactedPlan = (text: string): RedactedPlan => RedactedPlan.parse(JSON.parse(text));
