import type { PlatformRunStatus } from '../vocabulary/run-status.ts';

/** The actor of a transition (the columns of api-contract §3.3). */
export type TransitionActor = 'user' | 'scheduler' | 'worker' | 'policy' | 'task' | 'timer';

export interface Transition {
  readonly from: PlatformRunStatus;
  readonly to: PlatformRunStatus;
  readonly by: TransitionActor;
  /** The rows of api-contract §3.3 that it comes from. */
  readonly row: string;
  readonly reason: string;
}

/** The status of a new run (row 1). */
export const INITIAL_STATUS: PlatformRunStatus = 'pending';

/** Statuses in which a run with a finished plan may rest, depending on its gates (api-contract §3.2). */
export const REST_STATUSES: readonly PlatformRunStatus[] = [
  'planned',
  'post_plan_completed',
  'cost_estimated',
  'policy_checked',
];

/** Statuses without terraform at work: a cancel ends these at once (row 37, widened by api-contract §3.4). */
export const CANCELED_AT_ONCE: readonly PlatformRunStatus[] = [
  'pending',
  'fetching',
  'fetching_completed',
  'pre_plan_running',
  'pre_plan_awaiting_decision',
  'pre_plan_completed',
  'queuing',
  'plan_queued',
  'post_plan_running',
  'cost_estimating',
  'policy_checking',
  'confirmed',
  'pre_apply_running',
  'pre_apply_completed',
  'queuing_apply',
  'apply_queued',
  'post_apply_running',
];

/** Statuses with terraform at work: a cancel interrupts it, and the run is canceled at its end (rows 38 to 40). */
export const CANCELED_BY_INTERRUPT: readonly PlatformRunStatus[] = ['planning', 'applying'];

/** A worker has the run, or is awaited: the queue of an organization (rows 8, 33, 46). */
export const IN_A_WORKERS_HANDS: readonly PlatformRunStatus[] = [
  'plan_queued',
  'planning',
  'apply_queued',
  'applying',
];

/** `actions.is-discardable` (api-contract §3.4). A discard of a `pending` run is accepted too (api-contract §0.8). */
export const DISCARDABLE_STATUSES: readonly PlatformRunStatus[] = [
  'planned',
  'planned_and_saved',
  'cost_estimated',
  'policy_checked',
  'policy_override',
  'post_plan_running',
  'post_plan_completed',
  'post_plan_awaiting_decision',
];

type Statuses = PlatformRunStatus | readonly PlatformRunStatus[];

function listOf(statuses: Statuses): readonly PlatformRunStatus[] {
  return typeof statuses === 'string' ? [statuses] : statuses;
}

function each(from: Statuses, to: Statuses, by: TransitionActor, row: string, reason: string): Transition[] {
  return listOf(from).flatMap((source) =>
    listOf(to).map((target) => ({ from: source, to: target, by, row, reason })),
  );
}

/** Every transition of api-contract §3.3, including phases that no server here runs yet. */
export const TRANSITIONS: readonly Transition[] = [
  ...each('pending', ['fetching', 'pre_plan_running', 'queuing'], 'scheduler', '2, 2b', 'its turn has come'),
  ...each('pending', 'queuing', 'user', '44', 'force-executed'),
  ...each('fetching', 'fetching_completed', 'worker', '3', 'files fetched'),
  ...each('fetching', 'errored', 'worker', '4', 'files could not be fetched'),
  ...each('fetching_completed', ['pre_plan_running', 'queuing'], 'scheduler', '3', 'files fetched'),
  ...each('pre_plan_running', 'pre_plan_completed', 'task', '5', 'tasks passed'),
  ...each('pre_plan_running', 'errored', 'task', '6', 'a mandatory task failed or timed out'),
  ...each(
    'pre_plan_running',
    'pre_plan_awaiting_decision',
    'policy',
    '5',
    'a failure that can be overridden',
  ),
  ...each('pre_plan_awaiting_decision', 'pre_plan_completed', 'user', '5', 'overridden'),
  ...each('pre_plan_completed', 'queuing', 'scheduler', '5', 'ready to plan'),
  ...each('queuing', 'plan_queued', 'scheduler', '7', 'plan enqueued'),
  ...each('plan_queued', 'canceled', 'timer', '37', 'no worker took it in time'),
  ...each('plan_queued', 'planning', 'worker', '8', 'claimed by a worker'),
  ...each('plan_queued', 'errored', 'timer', '46', 'no worker could start it'),
  ...each('planning', 'errored', 'worker', '9', 'the plan failed'),
  ...each('planning', 'errored', 'timer', '46', 'worker lost'),
  ...each('planning', 'planned', 'worker', '10', 'the plan succeeded'),
  ...each('planned', 'post_plan_running', 'scheduler', '12', 'tasks follow'),
  ...each('post_plan_running', 'post_plan_completed', 'task', '13', 'tasks passed'),
  ...each('post_plan_running', 'errored', 'task', '14', 'a mandatory task failed'),
  ...each(
    'post_plan_running',
    'post_plan_awaiting_decision',
    'policy',
    '15',
    'a failure that can be overridden',
  ),
  ...each('post_plan_awaiting_decision', 'post_plan_completed', 'user', '16', 'overridden'),
  ...each(
    ['planned', 'post_plan_completed'],
    'cost_estimating',
    'scheduler',
    '17',
    'a cost estimate follows',
  ),
  ...each('cost_estimating', 'cost_estimated', 'worker', '18', 'estimated, or the estimate failed'),
  ...each(
    ['planned', 'post_plan_completed', 'cost_estimated'],
    'policy_checking',
    'scheduler',
    '19',
    'policy checks follow',
  ),
  ...each('policy_checking', 'policy_checked', 'policy', '20', 'policies passed'),
  ...each('policy_checking', 'errored', 'policy', '21', 'a hard-mandatory policy failed'),
  ...each('policy_checking', 'policy_override', 'policy', '22', 'a soft-mandatory policy failed'),
  ...each(
    'policy_checking',
    'policy_soft_failed',
    'policy',
    '23',
    'a soft-mandatory policy failed, plan-only',
  ),
  ...each('policy_override', 'policy_checked', 'user', '24', 'overridden'),
  ...each(REST_STATUSES, 'planned_and_finished', 'scheduler', '11, 25, 26', 'plan-only or nothing to do'),
  ...each(REST_STATUSES, 'planned_and_saved', 'scheduler', '27', 'the plan is kept for later'),
  ...each(REST_STATUSES, 'confirmed', 'scheduler', '28', 'applies by itself'),
  ...each([...REST_STATUSES, 'planned_and_saved'], 'confirmed', 'user', '30', 'applied by a person'),
  ...each('confirmed', 'pre_apply_running', 'scheduler', '31', 'tasks precede the apply'),
  ...each('pre_apply_running', 'pre_apply_completed', 'task', '31', 'tasks passed'),
  ...each('pre_apply_running', 'errored', 'task', '31', 'a mandatory task failed'),
  ...each(['confirmed', 'pre_apply_completed'], 'queuing_apply', 'scheduler', '32', 'ready to apply'),
  ...each('queuing_apply', 'apply_queued', 'scheduler', '32', 'apply enqueued'),
  ...each('apply_queued', 'applying', 'worker', '33', 'claimed by a worker'),
  ...each('apply_queued', 'errored', 'timer', '46', 'no worker could start it'),
  ...each('applying', ['post_apply_running', 'applied'], 'worker', '34, 40', 'the apply succeeded'),
  ...each('applying', 'errored', 'worker', '35', 'the apply failed'),
  ...each('applying', 'errored', 'timer', '46', 'worker lost'),
  ...each('post_apply_running', 'post_apply_completed', 'task', '36', 'tasks ended, however they did'),
  ...each('post_apply_completed', 'applied', 'scheduler', '36', 'done'),
  ...each(CANCELED_AT_ONCE, 'canceled', 'user', '37', 'canceled before terraform ran'),
  ...each(CANCELED_BY_INTERRUPT, 'canceled', 'worker', '38, 40', 'interrupted'),
  ...each(CANCELED_BY_INTERRUPT, 'force_canceled', 'user', '39', 'killed'),
  ...each(['pending', 'planning'], 'canceled', 'scheduler', '47', 'a newer commit made it obsolete'),
  ...each([...DISCARDABLE_STATUSES, 'pending'], 'discarded', 'user', '41, 43', 'discarded'),
  ...each('planned_and_saved', 'discarded', 'timer', '42', 'the saved plan is stale'),
];

const ALLOWED = new Set(TRANSITIONS.map(({ from, to }) => `${from}>${to}`));

/** Whether some row of {@link TRANSITIONS} leads from one status to the other. */
export function canTransition(from: PlatformRunStatus, to: PlatformRunStatus): boolean {
  return ALLOWED.has(`${from}>${to}`);
}
