/**
 * Every status of a run on the wire, in the order of a run (api-contract §3.1): a superset of `RunStatus`. The two
 * statuses of health assessments are not included, since those are not runs.
 */
export const PLATFORM_RUN_STATUSES = [
  'pending',
  'fetching',
  'fetching_completed',
  'pre_plan_running',
  'pre_plan_awaiting_decision',
  'pre_plan_completed',
  'queuing',
  'plan_queued',
  'planning',
  'planned',
  'tf_policy_checked',
  'tf_policy_override',
  'post_plan_running',
  'post_plan_awaiting_decision',
  'post_plan_completed',
  'cost_estimating',
  'cost_estimated',
  'policy_checking',
  'policy_override',
  'policy_checked',
  'policy_soft_failed',
  'planned_and_saved',
  'planned_and_finished',
  'confirmed',
  'pre_apply_running',
  'pre_apply_completed',
  'queuing_apply',
  'apply_queued',
  'applying',
  'post_apply_running',
  'post_apply_completed',
  'applied',
  'discarded',
  'errored',
  'canceled',
  'force_canceled',
] as const;

const KNOWN: ReadonlySet<string> = new Set(PLATFORM_RUN_STATUSES);

/** Statuses in responses are open strings; this tells whether one is known. */
export function isPlatformRunStatus(text: string): text is (typeof PLATFORM_RUN_STATUSES)[number] {
  return KNOWN.has(text);
}
