import type { PlatformRunOperation, RunOperation } from './run-operation.ts';

/** The stored facts of a run that decide its operation. */
export interface OperationFlags {
  planOnly: boolean;
  isDestroy: boolean;
  savePlan: boolean;
  refreshOnly: boolean;
  allowEmptyApply: boolean;
}

/** A run matches when each flag listed here has the given value; other flags do not matter. */
export type OperationPredicate = Readonly<Partial<OperationFlags>>;

const PREDICATES: Record<RunOperation | PlatformRunOperation, OperationPredicate> = {
  plan: { planOnly: true, isDestroy: false },
  plan_destroy: { planOnly: true, isDestroy: true },
  apply: { planOnly: false, isDestroy: false },
  destroy: { planOnly: false, isDestroy: true },
  plan_only: { planOnly: true },
  save_plan: { savePlan: true },
  refresh_only: { planOnly: false, refreshOnly: true },
  empty_apply: { planOnly: false, allowEmptyApply: true },
  plan_and_apply: {
    planOnly: false,
    isDestroy: false,
    savePlan: false,
    refreshOnly: false,
    allowEmptyApply: false,
  },
};

/** The operations in a list without a filter: everything but plan-only runs (api-contract §2.5, §3.8). */
export const DEFAULT_OPERATIONS: readonly RunOperation[] = ['apply', 'destroy'];

/** The flags that a word of either vocabulary requires, as data for a query (api-contract §3.8). */
export function operationPredicate(word: RunOperation | PlatformRunOperation): OperationPredicate {
  return PREDICATES[word];
}

export function matchesOperation(word: RunOperation | PlatformRunOperation, flags: OperationFlags): boolean {
  const predicate = operationPredicate(word);
  return (Object.keys(predicate) as (keyof OperationFlags)[]).every(
    (flag) => predicate[flag] === flags[flag],
  );
}
