import type { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { INITIAL_STATUS } from './transitions.ts';

/** The steps around terraform's own two, in the order of a run (api-contract §3.2). */
export type RunPhase =
  'fetch' | 'pre_plan' | 'post_plan' | 'cost_estimate' | 'policy_check' | 'pre_apply' | 'post_apply';

/** All facts that decide the next events of a run. */
export interface RunState {
  readonly status: PlatformRunStatus;
  readonly planOnly: boolean;
  readonly savePlan: boolean;
  readonly autoApply: boolean;
  readonly allowEmptyApply: boolean;
  /** A person must confirm the run, whatever its plan contains; known at its creation or at the end of its plan. */
  readonly needsConfirmation: boolean;
  /** The phases of this run, fixed at its creation. */
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

/** A new run: pending, and of the standard kind by default. */
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
