import type { Counts } from './engine-output.ts';

/** The parts of `terraform show -json` of a plan that the runner reads. */
export interface PlanJson {
  resource_changes?: {
    mode?: string;
    type: string;
    provider_name: string;
    change: { actions: string[]; importing?: unknown };
  }[];
  resource_drift?: (PlannedThing & { change?: { actions: string[] } })[];
  deferred_changes?: { resource_change?: PlannedThing }[];
  action_invocations?: PlannedThing[];
  deferred_action_invocations?: { action_invocation?: PlannedThing }[];
  output_changes?: Record<string, { actions: string[] }>;
  configuration?: { provider_config?: Record<string, { full_name?: string }> };
}

interface PlannedThing {
  type: string;
  provider_name: string;
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

/** The number of objects that were changed outside of terraform; one that was only moved is not. */
export const countDrifted = (plan: PlanJson): number =>
  (plan.resource_drift ?? []).filter(
    ({ change }) => change?.actions.some((action) => action !== 'no-op') === true,
  ).length;

/** The exit code of `plan -detailed-exitcode` when there is something to apply. */
export const EXIT_WITH_CHANGES = 2;

/**
 * Whether there is anything to apply. The exit code tells it for every engine and covers moves, imports and actions
 * (terraform-cli B4); `applyable` in the JSON does not serve, since OpenTofu has none. A refresh-only plan is the
 * exception: terraform calls it applicable for differences that it does not show, and then says "No changes".
 */
export function hasChanges(plan: PlanJson, exitCode: number, isRefreshOnly: boolean): boolean {
  if (exitCode !== EXIT_WITH_CHANGES) return false;
  if (!isRefreshOnly) return true;
  const outputs = Object.values(plan.output_changes ?? {});
  return (
    (plan.resource_drift ?? []).length > 0 ||
    outputs.some(({ actions }) => actions.some((action) => action !== 'no-op'))
  );
}

/** Full names of all providers in the plan. */
export function listProviders(plan: PlanJson): string[] {
  const names = new Set<string>();
  for (const { provider_name } of listResources(plan)) names.add(provider_name);
  for (const { full_name } of Object.values(plan.configuration?.provider_config ?? {})) {
    if (full_name !== undefined) names.add(full_name);
  }
  return [...names].sort();
}

/** Types of resources, data sources and actions in the plan. */
export function listTypes(plan: PlanJson): Set<string> {
  return new Set(listResources(plan).map(({ type }) => type));
}

function listResources(plan: PlanJson): PlannedThing[] {
  const deferred = [
    ...(plan.deferred_changes ?? []).map(({ resource_change }) => resource_change),
    ...(plan.deferred_action_invocations ?? []).map(({ action_invocation }) => action_invocation),
  ];
  return [
    ...(plan.action_invocations ?? []),
    ...(plan.resource_changes ?? []),
    ...(plan.resource_drift ?? []),
    ...deferred.filter((each) => each !== undefined),
  ];
}
