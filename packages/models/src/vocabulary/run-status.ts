import * as z from 'zod';
import { PLATFORM_RUN_STATUSES } from './run-status-list.ts';

/** The 16 states of the specification (run-models, RunStatus). */
export const RunStatus = z.enum([
  'pending',
  'planning',
  'planned',
  'cost_estimating',
  'cost_estimated',
  'policy_checking',
  'policy_override',
  'policy_checked',
  'confirmed',
  'planned_and_finished',
  'applying',
  'applied',
  'discarded',
  'errored',
  'canceled',
  'force_canceled',
]);
export type RunStatus = z.infer<typeof RunStatus>;

/** The schema of {@link PLATFORM_RUN_STATUSES}. */
export const PlatformRunStatus = z.enum(PLATFORM_RUN_STATUSES);
export type PlatformRunStatus = z.infer<typeof PlatformRunStatus>;

/** The mapping in api-contract §3.10; the two beta statuses follow similar ones. */
const PROJECTED: Record<Exclude<PlatformRunStatus, RunStatus>, RunStatus> = {
  fetching: 'pending',
  fetching_completed: 'pending',
  pre_plan_running: 'pending',
  pre_plan_awaiting_decision: 'pending',
  pre_plan_completed: 'pending',
  queuing: 'pending',
  plan_queued: 'pending',
  tf_policy_checked: 'policy_checked',
  tf_policy_override: 'policy_override',
  post_plan_running: 'planned',
  post_plan_awaiting_decision: 'policy_override',
  post_plan_completed: 'planned',
  policy_soft_failed: 'errored',
  planned_and_saved: 'planned',
  pre_apply_running: 'confirmed',
  pre_apply_completed: 'confirmed',
  queuing_apply: 'confirmed',
  apply_queued: 'confirmed',
  post_apply_running: 'applying',
  post_apply_completed: 'applying',
};

function isCollapsed(status: PlatformRunStatus): status is keyof typeof PROJECTED {
  return Object.hasOwn(PROJECTED, status);
}

/** The specification's status for a finer one. */
export function projectStatus(status: PlatformRunStatus): RunStatus {
  return isCollapsed(status) ? PROJECTED[status] : status;
}
