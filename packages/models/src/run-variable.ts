import type { z } from 'zod';
import { strictFields } from './strict-fields.ts';
import { boundedText } from './text.ts';

/** The longest name of a run variable, in characters (run-models, RunVariable). */
export const VARIABLE_KEY_MAX = 128;
/** The longest value of a run variable, in characters (run-models, RunVariable). */
export const VARIABLE_VALUE_MAX = 256;

/** The schema of a run variable with another limit for its value than the specification's (api-contract §0.5). */
export function runVariableSchema(valueMax: number) {
  return strictFields('a run variable', {
    key: boundedText('The key of a run variable', 1, VARIABLE_KEY_MAX),
    value: boundedText('The value of a run variable', 0, valueMax),
  });
}

/**
 * A variable for one run; it overrides the workspace's. The value is an HCL literal and is sent as written: `"prod"`
 * with its quotes, `2`, `["a"]`. Whether it is one shows when the run plans (api-contract §2.2).
 */
export const RunVariable = runVariableSchema(VARIABLE_VALUE_MAX);
export type RunVariable = z.infer<typeof RunVariable>;
