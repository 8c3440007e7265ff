import { createMasker, type Masker } from '../../masking/masker.ts';
import { spellingsOf } from '../../masking/spellings.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import { maskValues, namesIn } from './masked-values.ts';
import { redactPair, redactWhole } from './redacted-value.ts';
import { dependenciesOf, type ConfigModule, type ConnectedPlan } from './resource-dependencies.ts';

type Json = Record<string, unknown>;

/** The parts of `terraform show -json` that the redaction reads. */
export interface FullPlan extends Pick<ConnectedPlan, 'prior_state'> {
  format_version?: string;
  variables?: Record<string, { value?: unknown }>;
  configuration?: {
    root_module?: ConfigModule & { variables?: Record<string, { sensitive?: boolean }> };
  };
  output_changes?: Record<string, Json>;
  resource_changes?: Json[];
  resource_drift?: Json[];
  relevant_attributes?: unknown[];
  deferred_changes?: Json[];
  action_invocations?: Json[];
  deferred_action_invocations?: Json[];
}

/**
 * The plan as everybody who may read runs sees it, and as the terraform CLI draws it: a format of its own
 * (api-contract §4.2), plus the dependencies between resources. Values that terraform marks as sensitive are
 * replaced, their marks are kept; variables, state and configuration are left out. Terraform does not mark values
 * derived from a sensitive one, so texts that hold a known secret are masked too (terraform-cli B6). Unknown parts
 * that a newer engine adds to a change are kept without their values.
 *
 * @param schemas `terraform providers schema -json`, cut down to what the plan names
 * @param secrets the secrets of the step's own sensitive variables
 */
export function redactPlan(
  plan: FullPlan,
  schemas: Json,
  secrets: Pick<KnownSecrets, 'patterns' | 'masker'>,
): Json {
  const dependencies = dependenciesOf(plan);
  const redaction = new Redaction(maskerOf(plan, secrets), namesIn(schemas['provider_schemas']));
  return {
    plan_format_version: plan.format_version,
    output_changes: Object.fromEntries(
      Object.entries(plan.output_changes ?? {}).map(([name, change]) => [name, redaction.change(change)]),
    ),
    resource_changes: (plan.resource_changes ?? []).map((each) => redaction.resource(each)),
    resource_drift: (plan.resource_drift ?? []).map((each) => redaction.resource(each)),
    relevant_attributes: redaction.masked(plan.relevant_attributes ?? []),
    ...(plan.deferred_changes && {
      deferred_changes: plan.deferred_changes.map((each) => redaction.deferred(each)),
    }),
    ...(plan.action_invocations && {
      action_invocations: plan.action_invocations.map((each) => redaction.invocation(each)),
    }),
    ...(plan.deferred_action_invocations && {
      deferred_action_invocations: plan.deferred_action_invocations.map((each) => redaction.deferred(each)),
    }),
    ...(dependencies.length > 0 && { resource_dependencies: redaction.masked(dependencies) }),
    provider_format_version: schemas['format_version'],
    provider_schemas: schemas['provider_schemas'] ?? {},
  };
}

/** The treatment of an object's key; a key without one may hold values, and is kept without them. */
type Treatment = 'as it is' | 'masked' | ((value: unknown) => unknown);

class Redaction {
  readonly #masker: Masker;
  /** Keys that are a provider's words, and not secrets. */
  readonly #attributeNames: ReadonlySet<string>;

  constructor(masker: Masker, attributeNames: ReadonlySet<string>) {
    this.#masker = masker;
    this.#attributeNames = attributeNames;
  }

  masked(value: unknown): unknown {
    return maskValues(value, this.#masker, this.#attributeNames);
  }

  change(change: unknown): unknown {
    if (typeof change !== 'object' || change === null) return change;
    const { before, after, before_sensitive, after_sensitive, ...rest } = change as Json;
    const redacted = redactPair(before, after, before_sensitive, after_sensitive);
    return {
      ...this.#treat(rest, {
        actions: 'as it is',
        after_unknown: 'as it is',
        replace_paths: 'masked',
        importing: 'masked',
        before_identity: 'masked',
        after_identity: 'masked',
        generated_config: 'masked',
      }),
      before: this.masked(redacted.before),
      after: this.masked(redacted.after),
      before_sensitive,
      after_sensitive,
    };
  }

  resource(resource: Json): Json {
    return this.#treat(resource, {
      ...ENGINE_WORDS,
      address: 'masked',
      previous_address: 'masked',
      module_address: 'masked',
      index: 'masked',
      change: (change) => this.change(change),
    });
  }

  invocation(invocation: Json): Json {
    const { config_values: values, config_sensitive: marks } = invocation;
    return this.#treat(invocation, {
      ...ENGINE_WORDS,
      address: 'masked',
      config_values: () => this.masked(redactPair(undefined, values, false, marks).after),
      config_sensitive: 'as it is',
      config_unknown: 'as it is',
      lifecycle_action_trigger: 'masked',
      invoke_action_trigger: 'masked',
    });
  }

  deferred(deferred: Json): Json {
    return this.#treat(deferred, {
      reason: 'as it is',
      resource_change: (each) => this.resource(each as Json),
      action_invocation: (each) => this.invocation(each as Json),
    });
  }

  #treat(object: Json, treatments: Readonly<Record<string, Treatment>>): Json {
    const treated = Object.entries(object).map(([key, value]) => {
      const treatment = Object.hasOwn(treatments, key) ? treatments[key] : undefined;
      if (treatment === undefined) return [key, redactWhole(value)];
      if (treatment === 'as it is' || value === undefined || value === null) return [key, value];
      return [key, treatment === 'masked' ? this.masked(value) : treatment(value)];
    });
    return Object.fromEntries(treated) as Json;
  }
}

/** Words of the engine, the provider or the configuration, in each kind of change. */
const ENGINE_WORDS: Readonly<Record<string, Treatment>> = {
  mode: 'as it is',
  type: 'as it is',
  name: 'as it is',
  provider_name: 'as it is',
  deposed: 'as it is',
  action_reason: 'as it is',
};

/** Masks the step's secrets, and the variables that the configuration itself declares as sensitive. */
function maskerOf(plan: FullPlan, secrets: Pick<KnownSecrets, 'patterns' | 'masker'>): Masker {
  const declared = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
    else if (typeof value === 'string' || typeof value === 'number')
      for (const form of spellingsOf(String(value))) if (!secrets.patterns.has(form)) declared.add(form);
  };
  for (const [name, { sensitive }] of Object.entries(plan.configuration?.root_module?.variables ?? {})) {
    if (sensitive) collect(plan.variables?.[name]?.value);
  }
  return declared.size === 0 ? secrets.masker : createMasker([...secrets.patterns, ...declared]);
}
