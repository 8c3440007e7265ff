import type { PlatformStatusGroup, RunStatusGroup } from './run-status-group.ts';
import { PLATFORM_RUN_STATUSES } from './run-status-list.ts';
import type { PlatformRunStatus } from './run-status.ts';

/** The statuses that nothing leaves (api-contract §3.4). A saved plan is at rest, not final. */
export const FINAL_STATUSES: readonly PlatformRunStatus[] = [
  'policy_soft_failed',
  'planned_and_finished',
  'applied',
  'discarded',
  'errored',
  'canceled',
  'force_canceled',
];

export function isFinal(status: PlatformRunStatus): boolean {
  return FINAL_STATUSES.includes(status);
}

/** The documented group; `actions.is-discardable` has one more status (api-contract §3.4, §3.7). */
const DISCARDABLE: readonly PlatformRunStatus[] = [
  'planned',
  'planned_and_saved',
  'cost_estimated',
  'policy_checked',
  'policy_override',
  'post_plan_running',
  'post_plan_completed',
];

const GROUP: Record<PlatformRunStatus, RunStatusGroup> = {
  pending: 'pending',
  fetching: 'pending',
  fetching_completed: 'pending',
  pre_plan_running: 'pending',
  pre_plan_awaiting_decision: 'pending',
  pre_plan_completed: 'pending',
  queuing: 'pending',
  plan_queued: 'pending',
  planning: 'pending',
  planned: 'completed',
  tf_policy_checked: 'completed',
  tf_policy_override: 'pending',
  post_plan_running: 'pending',
  post_plan_awaiting_decision: 'pending',
  post_plan_completed: 'completed',
  cost_estimating: 'pending',
  cost_estimated: 'completed',
  policy_checking: 'pending',
  policy_override: 'pending',
  policy_checked: 'completed',
  policy_soft_failed: 'failed',
  planned_and_saved: 'completed',
  planned_and_finished: 'completed',
  confirmed: 'pending',
  pre_apply_running: 'pending',
  pre_apply_completed: 'pending',
  queuing_apply: 'pending',
  apply_queued: 'pending',
  applying: 'pending',
  post_apply_running: 'pending',
  post_apply_completed: 'pending',
  applied: 'completed',
  discarded: 'discarded',
  errored: 'failed',
  canceled: 'failed',
  force_canceled: 'failed',
};

/** The specification's group of a status (api-contract §3.7): it counts a finished plan as `completed`. */
export function statusGroupOf(status: PlatformRunStatus): RunStatusGroup {
  return GROUP[status];
}

/** The statuses in a group of either vocabulary (api-contract §3.7). */
export function statusesInGroup(word: RunStatusGroup | PlatformStatusGroup): readonly PlatformRunStatus[] {
  switch (word) {
    case 'final':
      return FINAL_STATUSES;
    case 'non_final':
      return PLATFORM_RUN_STATUSES.filter((status) => !isFinal(status));
    case 'discardable':
      return DISCARDABLE;
    case 'pending':
    case 'completed':
    case 'failed':
    case 'discarded':
      return PLATFORM_RUN_STATUSES.filter((status) => statusGroupOf(status) === word);
  }
}
