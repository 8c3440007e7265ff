import { FINAL_STATUSES, isPlatformRunStatus, statusesInGroup } from '@runwright/models';
import type { Run } from '@runwright/client';
import { words } from '../words/words.ts';
import type { IconName } from '../parts/icon.tsx';

export type Tone = 'neutral' | 'info' | 'attention' | 'good' | 'bad';

interface StatusLook {
  text: string;
  icon: IconName;
  tone: Tone;
  moves: boolean;
}

const WAITS = [
  'planned',
  'policy_override',
  'tf_policy_override',
  'post_plan_completed',
  'post_plan_awaiting_decision',
  'pre_plan_awaiting_decision',
];
const MOVES = [
  'fetching',
  'pre_plan_running',
  'planning',
  'post_plan_running',
  'cost_estimating',
  'policy_checking',
  'pre_apply_running',
  'applying',
  'post_apply_running',
];

/** The status in words for a person: a run that rests after its checks waits for a decision, whatever its status is. */
export function shownStatus({ attributes: { status, actions } }: Run): string {
  const rests = ['policy_checked', 'cost_estimated', 'post_plan_completed'].includes(status);
  return rests && actions?.['is-confirmable'] === true ? 'planned' : status;
}

/** The look of a status: icon and text, and colour as well. */
export function statusLook(status: string, hasChanges = true): StatusLook {
  const text = words.run.status[status] ?? status.replaceAll('_', ' ');
  if (MOVES.includes(status)) return { text, icon: 'ring', tone: 'info', moves: true };
  if (WAITS.includes(status)) return { text, icon: 'hand', tone: 'attention', moves: false };
  switch (status) {
    case 'applied':
      return { text, icon: 'check', tone: 'good', moves: false };
    case 'planned_and_finished':
      return { text: hasChanges ? text : words.run.noChanges, icon: 'check', tone: 'good', moves: false };
    case 'planned_and_saved':
      return { text, icon: 'file', tone: 'attention', moves: false };
    case 'errored':
    case 'policy_soft_failed':
      return { text, icon: 'cross', tone: 'bad', moves: false };
    case 'canceled':
    case 'force_canceled':
      return { text, icon: 'stop', tone: 'neutral', moves: false };
    case 'discarded':
      return { text, icon: 'slash', tone: 'neutral', moves: false };
    case 'confirmed':
      return { text, icon: 'check', tone: 'info', moves: false };
    default:
      return { text, icon: 'clock', tone: 'neutral', moves: false };
  }
}

/** Whether nothing more will happen. An unknown status of a newer server may still change. */
export const isOver = (status: string): boolean =>
  isPlatformRunStatus(status) && FINAL_STATUSES.includes(status);

export const RUNNING_STATUSES: readonly string[] = statusesInGroup('non_final').filter(
  (status) => !WAITS.includes(status) && status !== 'planned_and_saved',
);
export const WAITING_STATUSES: readonly string[] = [...WAITS, 'cost_estimated', 'policy_checked'];
