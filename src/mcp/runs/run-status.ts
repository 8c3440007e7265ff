import { includedOf, type Document, type Run } from '@runwright/client';

/**
 * `force_canceled` is a status of the specification; HCP Terraform says `canceled` and leaves it to a timestamp
 * (mcp §1.6.9).
 */
export function statusOf({ attributes }: Run): string {
  const wasForced = typeof attributes['status-timestamps']?.['force-canceled-at'] === 'string';
  return attributes.status === 'canceled' && wasForced ? 'force_canceled' : attributes.status;
}

/** The statuses of a run whose plan is not made yet. */
const BEFORE_PLANNED: ReadonlySet<string> = new Set([
  'pending',
  'fetching',
  'fetching_completed',
  'pre_plan_running',
  'pre_plan_awaiting_decision',
  'pre_plan_completed',
  'queuing',
  'plan_queued',
  'planning',
]);

export const isBeforePlanned = (run: Run): boolean => BEFORE_PLANNED.has(run.attributes.status);

/** Whether the plan changes something; null while there is no plan, and when none came to be. */
export function hasChanges(document: Document<Run>): boolean | null {
  const run = document.data;
  const plan = includedOf(document, 'plan')?.attributes['status'];
  if (isBeforePlanned(run) || (typeof plan === 'string' && plan !== 'finished')) return null;
  return run.attributes['has-changes'] ?? null;
}

const PHASE_BEGAN: ReadonlySet<unknown> = new Set(['running', 'finished', 'errored', 'canceled']);

/** true: terraform has begun to change infrastructure, as far as the included apply says. */
export const hasApplyBegun = (document: Document<Run>): boolean =>
  PHASE_BEGAN.has(includedOf(document, 'apply')?.attributes['status']);

const COUNTS = ['additions', 'changes', 'destructions', 'imports'] as const;

/** What the plan was to do, and what the apply has done: the two differ when an apply fails or is stopped. */
export function countsOf(document: Document<Run>): Record<string, unknown> {
  const apply = hasApplyBegun(document) ? countedIn(document, 'apply') : {};
  return { ...countedIn(document, 'plan'), ...apply };
}

function countedIn(document: Document<Run>, phase: 'plan' | 'apply'): Record<string, number> {
  const attributes = includedOf(document, phase)?.attributes ?? {};
  const prefix = phase === 'plan' ? 'planned' : 'applied';
  return Object.fromEntries(
    COUNTS.flatMap((name): [string, number][] => {
      const count = attributes[`resource-${name}`];
      // Imports are rare, and a line that says 0 helps nobody.
      return typeof count !== 'number' || (name === 'imports' && count === 0)
        ? []
        : [[`${prefix}_${name}`, count]];
    }),
  );
}

/** `1 added, 0 changed, 0 destroyed`; undefined while nothing was applied, and where the server does not count. */
export function appliedText(document: Document<Run>): string | undefined {
  const counts = countsOf(document);
  if (typeof counts['applied_additions'] !== 'number') return undefined;
  return (
    `${String(counts['applied_additions'])} added, ${String(counts['applied_changes'] ?? 0)} changed, ` +
    `${String(counts['applied_destructions'] ?? 0)} destroyed`
  );
}
