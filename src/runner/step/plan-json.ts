import type { Counts } from './engine-output.ts';

/** What the runner reads of `terraform show -json` of a plan. */
export interface PlanJson {
  applyable?: boolean;
  resource_changes?: {
    mode?: string;
    type: string;
    provider_name: string;
    change: { actions: string[]; importing?: unknown };
  }[];
  resource_drift?: { type: string; provider_name: string }[];
  deferred_changes?: { resource_change?: { type: string; provider_name: string } }[];
  output_changes?: Record<string, { actions: string[] }>;
  configuration?: { provider_config?: Record<string, { full_name?: string }> };
}

/** As terraform's own `change_summary` counts: a replacement is an addition and a destruction. */
export function countChanges(plan: PlanJson): Counts {
  const counts: Counts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
  for (const { change, mode } of plan.resource_changes ?? []) {
    if (mode === 'data') continue;
    if (change.actions.includes('create')) counts.additions++;
    if (change.actions.includes('update')) counts.changes++;
    if (change.actions.includes('delete')) counts.destructions++;
    if (change.importing) counts.imports++;
  }
  return counts;
}

/**
 * Terraform's own word whether there is anything to apply (terraform-cli B4). Engines before 1.7 do not say it; there
 * every change of a resource or an output is one.
 */
export function hasChanges(plan: PlanJson): boolean {
  if (plan.applyable !== undefined) return plan.applyable;
  const changes = [
    ...(plan.resource_changes ?? []).map((each) => each.change),
    ...Object.values(plan.output_changes ?? {}),
  ];
  return changes.some(({ actions }) => actions.some((action) => action !== 'no-op' && action !== 'read'));
}

/** Full names of all providers that the plan is about. */
export function listProviders(plan: PlanJson): string[] {
  const names = new Set<string>();
  for (const { provider_name } of listResources(plan)) names.add(provider_name);
  for (const { full_name } of Object.values(plan.configuration?.provider_config ?? {})) {
    if (full_name !== undefined) names.add(full_name);
  }
  return [...names].sort();
}

/** Types of resources and data sources that the plan is about. */
export function listTypes(plan: PlanJson): Set<string> {
  return new Set(listResources(plan).map(({ type }) => type));
}

function listResources(plan: PlanJson): { type: string; provider_name: string }[] {
  const deferred = (plan.deferred_changes ?? []).map(({ resource_change }) => resource_change);
  return [
    ...(plan.resource_changes ?? []),
    ...(plan.resource_drift ?? []),
    ...deferred.filter((each) => each !== undefined),
  ];
}
