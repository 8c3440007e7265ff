import type { PlatformRunStatus } from '@runwright/models';

/** The triggers of a configuration of a workspace or a project (api-contract §5.10). */
export const RUN_TRIGGERS = [
  'run:created',
  'run:planning',
  'run:needs_attention',
  'run:applying',
  'run:completed',
  'run:errored',
  'assessment:drifted',
  'assessment:check_failure',
  'assessment:failed',
  'workspace:auto_destroy_reminder',
  'workspace:auto_destroy_run_results',
] as const;
/** The triggers of a team's configuration: teams are not notified of runs. */
export const TEAM_TRIGGERS = ['team:change_request', 'change_request:created'] as const;

/** Triggers that no run causes are accepted, and send nothing yet. */
export const TRIGGERS = [...RUN_TRIGGERS, ...TEAM_TRIGGERS] as const;
export type Trigger = (typeof TRIGGERS)[number];

const TRIGGER_OF: Partial<Record<PlatformRunStatus, Trigger>> = {
  pending: 'run:created',
  planning: 'run:planning',
  planned: 'run:needs_attention',
  cost_estimated: 'run:needs_attention',
  policy_checked: 'run:needs_attention',
  policy_override: 'run:needs_attention',
  policy_soft_failed: 'run:needs_attention',
  post_plan_awaiting_decision: 'run:needs_attention',
  planned_and_saved: 'run:needs_attention',
  applying: 'run:applying',
  applied: 'run:completed',
  planned_and_finished: 'run:completed',
  errored: 'run:errored',
  canceled: 'run:errored',
  force_canceled: 'run:errored',
  discarded: 'run:errored',
};

export const triggerOf = (status: PlatformRunStatus): Trigger | undefined => TRIGGER_OF[status];

/** `Run Needs Attention`, `Run Canceled`: the event in words. */
export function describeTrigger(trigger: string, runStatus: string | null): string {
  if (trigger === 'verification') return 'Verification of Runwright notifications';
  const word = trigger === 'run:errored' && runStatus !== null ? runStatus : trigger.replace(/^.*:/, '');
  const words = word.split('_').map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return `Run ${words.join(' ')}`;
}
