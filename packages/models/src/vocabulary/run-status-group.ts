import * as z from 'zod';

/** The four groups of the specification (run-models, RunStatusGroup): together they contain every status once. */
export const RunStatusGroup = z.enum(['pending', 'completed', 'failed', 'discarded']);
export type RunStatusGroup = z.infer<typeof RunStatusGroup>;

/** The groups of the platform's `filter[status_group]` (api-contract §2.5). They overlap. */
export const PlatformStatusGroup = z.enum(['non_final', 'final', 'discardable']);
export type PlatformStatusGroup = z.infer<typeof PlatformStatusGroup>;
