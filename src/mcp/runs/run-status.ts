import { includedOf, type Document, type Run } from '@runwright/client';

/** The specification has the status `force_canceled`; HCP Terraform sends `canceled` and a timestamp (mcp §1.6.9). */
export function statusOf({ attributes }: Run): string {
  const wasForced = typeof attributes['status-timestamps']?.['force-canceled-at'] === 'string';
  return attributes.status === 'canceled' && wasForced ? 'force_canceled' : attributes.status;
}

/** The statuses of a run whose plan does not exist yet. */
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

/** Whether the plan changes something; null while there is no plan, and when none was made. */
export function hasChanges(document: Document<Run>): boolean | null {
  const run = document.data;
  const plan = includedOf(document, 'plan')?.attributes['status'];
  if (isBeforePlanned(run) || (typeof plan === 'string' && plan !== 'finished')) return null;
  return run.attributes['has-changes'] ?? null;
}

const PHASE_BEGAN: ReadonlySet<unknown> = new Set(['running', 'finished', 'errored', 'canceled']);

/** true: terraform has begun to change infrastructure, if the included apply tells it. */
export const hasApplyBegun = (document: Document<Run>): boolean =>
  PHASE_BEGAN.has(includedOf(document, 'apply')?.attributes['status']);

const COUNTS = ['additions', 'changes', 'destructions', 'imports'] as const;

/** The counts of the plan, and those of the apply: the two differ when an apply fails or is stopped. */
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
      // Imports are rare, and a line with 0 does not help.
      return typeof count !== 'number' || (name === 'imports' && count === 0)
        ? []
        : [[`${prefix}_${name}`, count]];
    }),
  );
}

/** `1 added, 0 changed, 0 destroyed`; undefined before an apply, and where the server does not count. */
export function appliedText(document: Document<Run>): string | undefined {
  const counts = countsOf(document);
  if (typeof counts['applied_additions'] !== 'number') return undefined;
  return (
    `${String(counts['applied_additions'])} added, ${String(counts['applied_changes'] ?? 0)} changed, ` +
    `${String(counts['applied_destructions'] ?? 0)} destroyed`
  );
}
