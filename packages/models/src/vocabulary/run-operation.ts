import * as z from 'zod';

/** The operations of the specification (run-models, RunOperation). */
export const RunOperation = z.enum(['plan', 'plan_destroy', 'apply', 'destroy']);
export type RunOperation = z.infer<typeof RunOperation>;

/** The operations of the platform's `filter[operation]` (api-contract §2.5). */
export const PlatformRunOperation = z.enum([
  'plan_only',
  'plan_and_apply',
  'save_plan',
  'refresh_only',
  'destroy',
  'empty_apply',
]);
export type PlatformRunOperation = z.infer<typeof PlatformRunOperation>;
