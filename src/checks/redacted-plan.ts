import * as z from 'zod';

const Values = z.record(z.string(), z.unknown()).nullish();

/** The parts of a redacted plan (api-contract §4.2) that checks read; a plan has more. */
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

/** @throws SyntaxError, ZodError when the text is no redacted plan */
export const parseRedactedPlan = (text: string): RedactedPlan => RedactedPlan.parse(JSON.parse(text));
