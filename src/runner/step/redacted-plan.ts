import { MASK } from '../log/masking.ts';
import { MIN_SECRET_LENGTH } from '../log/secret-patterns.ts';
import { redactPair } from './redacted-value.ts';

type Json = Record<string, unknown>;

/** What the redaction reads of `terraform show -json`. */
export interface FullPlan {
  format_version?: string;
  variables?: Record<string, { value?: unknown }>;
  configuration?: { root_module?: { variables?: Record<string, { sensitive?: boolean }> } };
  output_changes?: Record<string, Json>;
  resource_changes?: Json[];
  resource_drift?: Json[];
  relevant_attributes?: unknown[];
  deferred_changes?: { reason?: string; resource_change?: Json }[];
  action_invocations?: Json[];
}

/**
 * The plan as anybody who may read runs may see it, and as the terraform CLI draws it: a format of its own
 * (api-contract §4.2). What terraform marks as sensitive is replaced, its marks are kept; variables, state and
 * configuration are left out. Terraform does not mark what is derived from a sensitive value, so texts that hold one
 * of the known secrets are masked too (terraform-cli B6).
 *
 * @param schemas `terraform providers schema -json`, cut down to what the plan names
 * @param secrets of the step's own sensitive variables, as of `collectSecretPatterns`
 */
export function redactPlan(plan: FullPlan, schemas: Json, secrets: readonly string[]): Json {
  const mask = maskTexts([...new Set([...secrets, ...sensitiveVariableTexts(plan)])]);
  const resourceChange = (each: Json): Json => ({ ...each, change: redactChange(each['change'], mask) });
  return {
    plan_format_version: plan.format_version,
    output_changes: Object.fromEntries(
      Object.entries(plan.output_changes ?? {}).map(([name, change]) => [name, redactChange(change, mask)]),
    ),
    resource_changes: (plan.resource_changes ?? []).map(resourceChange),
    resource_drift: (plan.resource_drift ?? []).map(resourceChange),
    relevant_attributes: plan.relevant_attributes ?? [],
    ...(plan.deferred_changes && {
      deferred_changes: plan.deferred_changes.map(({ reason, resource_change }) => ({
        reason,
        ...(resource_change && { resource_change: resourceChange(resource_change) }),
      })),
    }),
    ...(plan.action_invocations && {
      action_invocations: plan.action_invocations.map((invocation) => ({
        ...invocation,
        config_values: mask(
          redactPair(undefined, invocation['config_values'], false, invocation['config_sensitive']).after,
        ),
      })),
    }),
    provider_format_version: schemas['format_version'],
    provider_schemas: schemas['provider_schemas'] ?? {},
  };
}

function redactChange(change: unknown, mask: (value: unknown) => unknown): unknown {
  if (typeof change !== 'object' || change === null) return change;
  const { before, after, before_sensitive, after_sensitive, generated_config, ...rest } = change as Json;
  const redacted = redactPair(before, after, before_sensitive, after_sensitive);
  return {
    ...rest,
    before: mask(redacted.before),
    after: mask(redacted.after),
    before_sensitive,
    after_sensitive,
    ...(generated_config === undefined ? {} : { generated_config: mask(generated_config) }),
  };
}

/** The texts in variables that the configuration itself declares as sensitive, wherever they come from. */
function sensitiveVariableTexts(plan: FullPlan): string[] {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  for (const [name, { sensitive }] of Object.entries(plan.configuration?.root_module?.variables ?? {})) {
    if (sensitive) collect(plan.variables?.[name]?.value);
  }
  return texts.filter((text) => text.length >= MIN_SECRET_LENGTH);
}

function maskTexts(secrets: readonly string[]): (value: unknown) => unknown {
  if (secrets.length === 0) return (value) => value;
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length);
  const anySecret = new RegExp(
    longestFirst.map((secret) => secret.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'),
    'g',
  );
  // Keys stay: those of resources are the provider's words.
  const mask = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(anySecret, MASK);
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mask(each)]));
  };
  return mask;
}
