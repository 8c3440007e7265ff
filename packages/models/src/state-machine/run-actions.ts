import { isFinal } from '../vocabulary/statuses-in-group.ts';
import type { PlatformRunStatus } from '../vocabulary/run-status.ts';
import {
  CANCELED_AT_ONCE,
  CANCELED_BY_INTERRUPT,
  DISCARDABLE_STATUSES,
  REST_STATUSES,
} from './transitions.ts';

export interface ActionFacts {
  status: PlatformRunStatus;
  planOnly: boolean;
  hasChanges: boolean;
  allowEmptyApply: boolean;
  /** The plan wrote configuration that the run itself does not have; false by default. */
  generatedConfiguration?: boolean;
  /** True while the run is about to confirm itself, so that nobody applies it first; false by default. */
  autoApply?: boolean;
  /** False while a later gate is about to start and the status is only passed through; true by default. */
  resting?: boolean;
  cancelRequestedAt: Date | null;
  forceCancelAvailableAt: Date | null;
  now: Date;
}

export interface RunActions {
  isCancelable: boolean;
  isConfirmable: boolean;
  isDiscardable: boolean;
  isForceCancelable: boolean;
}

/** The possible actions on a run, for any caller: the `actions` of the run object (api-contract §3.4). */
export function runActions(facts: ActionFacts): RunActions {
  return {
    isCancelable: facts.cancelRequestedAt === null && isCancelableStatus(facts.status),
    isConfirmable: isConfirmable(facts),
    isDiscardable: DISCARDABLE_STATUSES.includes(facts.status),
    isForceCancelable: isForceCancelable(facts),
  };
}

function isCancelableStatus(status: PlatformRunStatus): boolean {
  return CANCELED_AT_ONCE.includes(status) || CANCELED_BY_INTERRUPT.includes(status);
}

/** Whether a person may apply the run now (api-contract §3.4). */
export function isConfirmable(
  facts: Pick<
    ActionFacts,
    | 'status'
    | 'planOnly'
    | 'hasChanges'
    | 'allowEmptyApply'
    | 'generatedConfiguration'
    | 'autoApply'
    | 'resting'
  >,
): boolean {
  // The imported objects would be in the state and in no configuration, so the next run would destroy them.
  if (facts.generatedConfiguration === true) return false;
  if (facts.status === 'planned_and_saved') return true;
  const { autoApply = false, resting = true } = facts;
  const hasSomethingToApply = facts.hasChanges || facts.allowEmptyApply;
  return (
    REST_STATUSES.includes(facts.status) && resting && !facts.planOnly && hasSomethingToApply && !autoApply
  );
}

function isForceCancelable({ status, cancelRequestedAt, forceCancelAvailableAt, now }: ActionFacts): boolean {
  if (isFinal(status) || cancelRequestedAt === null || forceCancelAvailableAt === null) return false;
  return now.getTime() >= forceCancelAvailableAt.getTime();
}
