import * as z from 'zod';
import { ReplaceAddress, TargetAddress } from './address-rules.ts';
import { RUN_PARAM_DEFAULTS as D } from './run-param-defaults.ts';
import { checkRunParams } from './run-params-rules.ts';
import { RunVariable } from './run-variable.ts';
import { acceptKebabKeys, strictFields } from './strict-fields.ts';
import { boundedText } from './text.ts';

/** Limited, because every list of runs contains it. */
const MESSAGE_MAX = 10_000;
/** An operating system limits the number of a program's arguments. */
const ADDRESSES_MAX = 1_000;
const ADDRESSES_CHARS_MAX = 200_000;
const VARIABLES_MAX = 1_000;
const TERRAFORM_VERSION_MAX = 100;

/** Addresses that terraform gets as arguments, one each. */
function addressList(address: typeof TargetAddress) {
  return z
    .array(address)
    .max(ADDRESSES_MAX, { error: `A run takes at most ${ADDRESSES_MAX} addresses in one list` })
    .refine((list) => list.reduce((sum, text) => sum + text.length, 0) <= ADDRESSES_CHARS_MAX, {
      error: `The addresses of one list have at most ${ADDRESSES_CHARS_MAX} characters together`,
    });
}

/**
 * The fields of {@link RunParams} in snake_case, before the rules between fields: the form to publish as JSON Schema.
 * `auto_apply`, `message`, `terraform_version`, the addresses and the variables have no default: if they are absent,
 * the workspace or the platform decides (run-models, RunParams; api-contract §2.2).
 */
export const RunParamsShape = runParamsShape(RunVariable);

/** The shape with another schema for its variables: see `runVariableSchema`. */
export function runParamsShape(variable: typeof RunVariable) {
  return strictFields('run params', {
    message: boundedText('The message', 0, MESSAGE_MAX).optional().describe('Why it is started'),
    is_destroy: z.boolean().default(D.is_destroy).describe('Destroy everything'),
    auto_apply: z.boolean().optional().describe("Apply without waiting; default: the workspace's setting"),
    refresh: z.boolean().default(D.refresh).describe('Look at real resources before planning'),
    refresh_only: z.boolean().default(D.refresh_only).describe('Only bring the state up to date'),
    plan_only: z.boolean().default(D.plan_only).describe('A plan that can never be applied'),
    allow_empty_apply: z.boolean().default(D.allow_empty_apply).describe('Apply without changes too'),
    target_addrs: addressList(TargetAddress).optional().describe('Only these resources or modules'),
    replace_addrs: addressList(ReplaceAddress).optional().describe('Resource instances to replace'),
    variables: z
      .array(variable)
      .max(VARIABLES_MAX, { error: `A run takes at most ${VARIABLES_MAX} variables of its own` })
      .optional()
      .describe('For this run only; values are HCL literals'),
    terraform_version: boundedText('The Terraform version', 1, TERRAFORM_VERSION_MAX)
      .optional()
      .describe('Only with plan_only'),
    save_plan: z.boolean().default(D.save_plan).describe('Keep the plan, to apply it later'),
    debugging_mode: z.boolean().default(D.debugging_mode).describe('Extended debug logging'),
    allow_config_generation: z
      .boolean()
      .default(D.allow_config_generation)
      .describe('Write configuration for imports'),
  });
}

/** The parameters of a run (run-models, RunParams). Accepts snake_case fields, and kebab-case as on the wire. */
export const RunParams = z.preprocess(
  acceptKebabKeys(Object.keys(RunParamsShape.shape)),
  RunParamsShape.superRefine((params, context) => {
    for (const { path, message } of checkRunParams(params))
      context.addIssue({ code: 'custom', path, message });
  }),
);

/** The names of the parameters, in the order of the specification. */
export type RunParamsField = keyof RunParamsInput;

/** Run parameters with every default filled in. */
export type RunParams = z.output<typeof RunParamsShape>;

/** Run parameters from a caller, before defaults. */
export type RunParamsInput = z.input<typeof RunParamsShape>;
