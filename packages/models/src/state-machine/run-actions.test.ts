import { describe, expect, it } from 'vitest';
import { isFinal } from '../vocabulary/statuses-in-group.ts';
import { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { type ActionFacts, runActions } from './run-actions.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const STANDARD: Omit<ActionFacts, 'status'> = {
  planOnly: false,
  hasChanges: true,
  allowEmptyApply: false,
  cancelRequestedAt: null,
  forceCancelAvailableAt: null,
  now: NOW,
};

function statusesWith(action: keyof ReturnType<typeof runActions>, change: Partial<ActionFacts> = {}) {
  return PlatformRunStatus.options.filter((status) => runActions({ ...STANDARD, status, ...change })[action]);
}

describe('is-confirmable', () => {
  it('holds where a run rests with changes, and for a saved plan', () => {
    expect(statusesWith('isConfirmable')).toEqual([
      'planned',
      'post_plan_completed',
      'cost_estimated',
      'policy_checked',
      'planned_and_saved',
    ]);
  });

  it.each<[string, Partial<ActionFacts>]>([
    ['a plan-only run', { planOnly: true }],
    ['a run without changes', { hasChanges: false }],
    ['a run about to apply by itself', { autoApply: true }],
    ['a run about to enter a later gate', { resting: false }],
  ])('does not hold for %s', (_name, change) => {
    expect(statusesWith('isConfirmable', change)).toEqual(['planned_and_saved']);
  });

  it('holds without changes when an empty apply is allowed', () => {
    expect(statusesWith('isConfirmable', { hasChanges: false, allowEmptyApply: true })).toContain('planned');
  });
});

describe('is-discardable', () => {
  it('holds for the documented statuses and for an awaited decision, not for pending', () => {
    expect(statusesWith('isDiscardable')).toEqual([
      'planned',
      'post_plan_running',
      'post_plan_awaiting_decision',
      'post_plan_completed',
      'cost_estimated',
      'policy_override',
      'policy_checked',
      'planned_and_saved',
    ]);
  });
});

describe('is-cancelable', () => {
  const CANCELABLE = [
    'pending',
    'fetching',
    'fetching_completed',
    'pre_plan_running',
    'pre_plan_awaiting_decision',
    'pre_plan_completed',
    'queuing',
    'plan_queued',
    'planning',
    'post_plan_running',
    'cost_estimating',
    'policy_checking',
    'confirmed',
    'pre_apply_running',
    'pre_apply_completed',
    'queuing_apply',
    'apply_queued',
    'applying',
    'post_apply_running',
  ];

  it('holds for a run in progress', () => {
    expect(statusesWith('isCancelable')).toEqual(CANCELABLE);
  });

  it('holds no longer once a cancel was requested', () => {
    expect(statusesWith('isCancelable', { cancelRequestedAt: NOW, forceCancelAvailableAt: NOW })).toEqual([]);
  });
});

describe('is-force-cancelable', () => {
  const at = (offsetMs: number) => new Date(NOW.getTime() + offsetMs);

  it('needs a cancel first', () => {
    expect(statusesWith('isForceCancelable')).toEqual([]);
  });

  it('holds for every status that is not final once the cool-off is over, to the millisecond', () => {
    const notFinal = PlatformRunStatus.options.filter((status) => !isFinal(status));
    const after = (offsetMs: number) =>
      statusesWith('isForceCancelable', {
        cancelRequestedAt: at(-60_000),
        forceCancelAvailableAt: at(offsetMs),
      });
    expect(after(0)).toEqual(notFinal);
    expect(after(-1)).toEqual(notFinal);
    expect(after(1)).toEqual([]);
  });
});

describe('a final run', () => {
  it('offers no action', () => {
    const none = {
      isCancelable: false,
      isConfirmable: false,
      isDiscardable: false,
      isForceCancelable: false,
    };
    for (const status of PlatformRunStatus.options.filter(isFinal)) {
      const facts = { ...STANDARD, status, cancelRequestedAt: NOW, forceCancelAvailableAt: NOW };
      expect(runActions(facts), status).toEqual(none);
      expect(runActions({ ...STANDARD, status }), status).toEqual(none);
    }
  });
});
