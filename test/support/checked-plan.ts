/** Redacted plans of a few resources, as runners send them. */

type Values = Record<string, unknown> | null;

/** A plan with one change per resource, with its values before and after. */
export function redactedPlan(changes: Record<string, { before: Values; after: Values }>): object {
  return {
    plan_format_version: '1.2',
    resource_changes: Object.entries(changes).map(([address, { before, after }]) => ({
      address,
      mode: 'managed',
      type: address.split('.').at(-2),
      name: address.split('.').at(-1),
      provider_name: 'registry.example.com/some/provider',
      change: { actions: actionsOf(before, after), before, after, after_unknown: {} },
    })),
  };
}

function actionsOf(before: Values, after: Values): string[] {
  if (before === null) return ['create'];
  if (after === null) return ['delete'];
  return JSON.stringify(before) === JSON.stringify(after) ? ['no-op'] : ['update'];
}
