import type { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { INITIAL_STATUS } from './transitions.ts';

/** The steps around terraform's own two, in the order of a run's life (api-contract §3.2). */
export type RunPhase =
  'fetch' | 'pre_plan' | 'post_plan' | 'cost_estimate' | 'policy_check' | 'pre_apply' | 'post_apply';

/** All that decides what may happen to a run next. */
export interface RunState {
  readonly status: PlatformRunStatus;
  readonly planOnly: boolean;
  readonly savePlan: boolean;
  readonly autoApply: boolean;
  readonly allowEmptyApply: boolean;
  /** A person must confirm it, whatever its plan holds; known at its creation or when its plan has ended. */
  readonly needsConfirmation: boolean;
  /** The phases this run has: settled at its creation. */
  readonly phases: readonly RunPhase[];
  /** False until the plan has finished. */
  readonly hasChanges: boolean;
  readonly generatedConfiguration: boolean;
  readonly cancelRequestedAt: Date | null;
  readonly forceCancelAvailableAt: Date | null;
}

export type RunKind = Pick<
  RunState,
  'planOnly' | 'savePlan' | 'autoApply' | 'allowEmptyApply' | 'needsConfirmation' | 'phases'
>;

/** A run as it is created: pending, and of the standard kind unless told otherwise. */
export function newRunState(kind: Partial<RunKind> = {}): RunState {
  return {
    status: INITIAL_STATUS,
    planOnly: kind.planOnly ?? false,
    savePlan: kind.savePlan ?? false,
    autoApply: kind.autoApply ?? false,
    allowEmptyApply: kind.allowEmptyApply ?? false,
    needsConfirmation: kind.needsConfirmation ?? false,
    phases: kind.phases ?? [],
    hasChanges: false,
    generatedConfiguration: false,
    cancelRequestedAt: null,
    forceCancelAvailableAt: null,
  };
}
