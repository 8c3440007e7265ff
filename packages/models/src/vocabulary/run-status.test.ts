import { describe, expect, it } from 'vitest';
import { isPlatformRunStatus } from './run-status-list.ts';
import { PlatformRunStatus, projectStatus, RunStatus } from './run-status.ts';

describe('RunStatus', () => {
  it('has the 16 values of the specification and no others', () => {
    expect([...RunStatus.options].sort()).toEqual(
      [
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
      ].sort(),
    );
  });

  it('refuses a status of the platform that the specification does not have', () => {
    expect(RunStatus.safeParse('plan_queued').success).toBe(false);
  });
});

describe('PlatformRunStatus', () => {
  it('holds every status of the specification', () => {
    expect(PlatformRunStatus.options).toEqual(expect.arrayContaining([...RunStatus.options]));
  });

  it('has each status once', () => {
    expect(new Set(PlatformRunStatus.options).size).toBe(PlatformRunStatus.options.length);
  });

  it('tells known statuses from words of other servers', () => {
    expect(isPlatformRunStatus('planned_and_saved')).toBe(true);
    expect(isPlatformRunStatus('assessing')).toBe(false);
    expect(isPlatformRunStatus('toString')).toBe(false);
  });
});

describe('projectStatus', () => {
  it.each(RunStatus.options)('leaves %s unchanged', (status) => {
    expect(projectStatus(status)).toBe(status);
  });

  it.each(PlatformRunStatus.options)('shows %s as one of the 16', (status) => {
    expect(RunStatus.options).toContain(projectStatus(status));
  });

  it.each([
    ['fetching', 'pending'],
    ['fetching_completed', 'pending'],
    ['pre_plan_running', 'pending'],
    ['pre_plan_completed', 'pending'],
    ['pre_plan_awaiting_decision', 'pending'],
    ['queuing', 'pending'],
    ['plan_queued', 'pending'],
    ['post_plan_running', 'planned'],
    ['post_plan_completed', 'planned'],
    ['post_plan_awaiting_decision', 'policy_override'],
    ['planned_and_saved', 'planned'],
    ['policy_soft_failed', 'errored'],
    ['pre_apply_running', 'confirmed'],
    ['pre_apply_completed', 'confirmed'],
    ['queuing_apply', 'confirmed'],
    ['apply_queued', 'confirmed'],
    ['post_apply_running', 'applying'],
    ['post_apply_completed', 'applying'],
  ] as const)('shows %s as %s', (status, shown) => {
    expect(projectStatus(status)).toBe(shown);
  });
});
