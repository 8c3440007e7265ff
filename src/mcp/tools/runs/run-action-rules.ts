import { isFinalRun, type ActionOptions, type Client, type Run } from '@runwright/client';
import { type RunAction } from '../../runs/possible-actions.ts';
import { statusOf } from '../../runs/run-status.ts';

/** The differences between the tools that act on a run. */
export interface ActionRule {
  readonly action: RunAction | 'force_execute';
  readonly permission: 'can-apply' | 'can-discard' | 'can-cancel' | 'can-force-cancel' | 'can-force-execute';
  readonly title: string;
  readonly verb: string;
  /** Completes `the run cannot be …`. */
  readonly done: string;
  readonly description: string;
  /** true: approval is needed (mcp §4.1.6). */
  readonly isGuarded: boolean;
  readonly isIdempotent: boolean;
  readonly start: (runs: Client['runs'], runId: string, options: ActionOptions) => Promise<void>;
  /** true when the run is already in the action's final state, so that a repeated call succeeds and changes nothing. */
  readonly isDone: (run: Run) => boolean;
  readonly whyNot: (run: Run) => string;
  /** The effect, for a preview. */
  readonly effect: string;
}

/** The statuses of a run after its plan is approved. */
const APPROVED: ReadonlySet<string> = new Set([
  'confirmed',
  'pre_apply_running',
  'pre_apply_completed',
  'queuing_apply',
  'apply_queued',
  'applying',
  'post_apply_running',
  'post_apply_completed',
  'applied',
]);

export const isApproved = (run: Run): boolean => APPROVED.has(statusOf(run));

/** How a run without anything to apply ended. */
const FINAL_WORDS: Readonly<Record<string, string>> = {
  errored: 'failed: diagnose_run says why',
  discarded: 'was discarded',
  canceled: 'was canceled',
  policy_soft_failed: 'did not pass a policy',
};

export const ACTION_RULES: readonly ActionRule[] = [
  {
    action: 'apply',
    permission: 'can-apply',
    title: 'Apply run',
    verb: 'Apply',
    done: 'applied',
    description:
      'Approves a planned run: its changes are carried out on real infrastructure. Possible while get_run_details ' +
      'lists "apply". Returns at once; applying goes on.',
    isGuarded: true,
    isIdempotent: false,
    start: (runs, runId, options) => runs.apply(runId, options),
    isDone: isApproved,
    whyNot: ({ attributes }) => {
      if (attributes['plan-only'] === true)
        return 'it is a plan-only run: create a run without plan_only to apply it.';
      if (attributes.status === 'planned_and_finished') return 'its plan has no changes to apply.';
      if (FINAL_WORDS[attributes.status] !== undefined) return `it ${FINAL_WORDS[attributes.status] ?? ''}.`;
      return 'only a run that waits for confirmation can be applied.';
    },
    effect:
      'the plan is carried out on real infrastructure; it cannot be taken back, only changed by another run',
  },
  {
    action: 'discard',
    permission: 'can-discard',
    title: 'Discard run',
    verb: 'Discard',
    done: 'discarded',
    description:
      'Drops a planned run, so that the next one of the workspace can start. It cannot be undone; ' +
      'no infrastructure changes.',
    isGuarded: false,
    isIdempotent: true,
    start: (runs, runId, options) => runs.discard(runId, options),
    isDone: (run) => statusOf(run) === 'discarded',
    whyNot: () => 'only a run that waits for confirmation or for its turn can be discarded.',
    effect:
      'the plan is dropped; nothing on real infrastructure changes, and the next run of the workspace can start',
  },
  {
    action: 'cancel',
    permission: 'can-cancel',
    title: 'Cancel run',
    verb: 'Cancel',
    done: 'canceled',
    description:
      'Stops a run that waits, plans or applies. Terraform is interrupted, which may take a while; an apply that is cut ' +
      'off can leave some changes made.',
    isGuarded: false,
    isIdempotent: true,
    start: (runs, runId, options) => runs.cancel(runId, options),
    isDone: (run) =>
      ['canceled', 'force_canceled'].includes(run.attributes.status) ||
      (!isFinalRun(run) && typeof run.attributes['canceled-at'] === 'string'),
    whyNot: () => 'only a run that is waiting for its turn, planning or applying can be canceled.',
    effect: 'the run is interrupted; an apply that is cut off can leave some of its changes made',
  },
  {
    action: 'force_cancel',
    permission: 'can-force-cancel',
    title: 'Force-cancel run',
    verb: 'Force-cancel',
    done: 'force-canceled',
    description:
      'Kills a run that did not stop after cancel_run, and unlocks its workspace at once. Last resort: an apply that ' +
      'is killed can lose track of what it made. Possible some time after cancel_run.',
    isGuarded: true,
    isIdempotent: true,
    start: (runs, runId, options) => runs.forceCancel(runId, options),
    isDone: (run) => statusOf(run) === 'force_canceled',
    whyNot: ({ attributes }) =>
      typeof attributes['force-cancel-available-at'] !== 'string'
        ? 'it must be canceled with cancel_run first.'
        : `it becomes possible at ${attributes['force-cancel-available-at']}, if the run has not stopped by then.`,
    effect: 'the run is killed and its workspace unlocked at once; an apply can lose track of what it made',
  },
];

/** Separate in the table because its tool takes no comment. */
export const FORCE_EXECUTE: ActionRule = {
  action: 'force_execute',
  permission: 'can-force-execute',
  title: 'Force-execute run',
  verb: 'Force-execute',
  done: 'force-executed',
  description:
    'Lets a pending run start now: the run that holds the workspace, waiting for confirmation, and the pending runs ' +
    'before this one are discarded.',
  isGuarded: true,
  isIdempotent: false,
  start: (runs, runId, { signal }) => runs.forceExecute(runId, { signal }),
  isDone: () => false,
  whyNot: () =>
    'only a pending run whose workspace is held by a run that can be discarded can be force-executed.',
  effect:
    'the run that holds the workspace and the pending runs before this one are discarded; this one starts',
};
