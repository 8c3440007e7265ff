import { describe, expect, it } from 'vitest';
import { PlatformStatusGroup, RunStatusGroup } from './run-status-group.ts';
import { PlatformRunStatus } from './run-status.ts';
import { FINAL_STATUSES, isFinal, statusesInGroup, statusGroupOf } from './statuses-in-group.ts';

describe('status groups', () => {
  it('have the words of the specification and of the platform', () => {
    expect(RunStatusGroup.options).toEqual(['pending', 'completed', 'failed', 'discarded']);
    expect(PlatformStatusGroup.options).toEqual(['non_final', 'final', 'discardable']);
  });

  it("partition all statuses with the specification's four", () => {
    const members = RunStatusGroup.options.flatMap((group) => statusesInGroup(group));
    expect([...members].sort()).toEqual([...PlatformRunStatus.options].sort());
  });

  it.each(PlatformRunStatus.options)('put %s into the group that lists it', (status) => {
    expect(statusesInGroup(statusGroupOf(status))).toContain(status);
  });

  it('count a finished plan as completed and a wait for an override as pending', () => {
    expect(statusGroupOf('planned')).toBe('completed');
    expect(statusGroupOf('planned_and_saved')).toBe('completed');
    expect(statusGroupOf('policy_override')).toBe('pending');
  });

  it('list the failed and the discarded', () => {
    expect([...statusesInGroup('failed')].sort()).toEqual([
      'canceled',
      'errored',
      'force_canceled',
      'policy_soft_failed',
    ]);
    expect(statusesInGroup('discarded')).toEqual(['discarded']);
  });

  it('list the completed', () => {
    expect([...statusesInGroup('completed')].sort()).toEqual([
      'applied',
      'cost_estimated',
      'planned',
      'planned_and_finished',
      'planned_and_saved',
      'policy_checked',
      'post_plan_completed',
      'tf_policy_checked',
    ]);
  });

  it("split all statuses into the platform's final and non_final", () => {
    const members = [...statusesInGroup('final'), ...statusesInGroup('non_final')];
    expect([...members].sort()).toEqual([...PlatformRunStatus.options].sort());
  });

  it('list the documented discardable statuses, without pending', () => {
    expect([...statusesInGroup('discardable')].sort()).toEqual([
      'cost_estimated',
      'planned',
      'planned_and_saved',
      'policy_checked',
      'policy_override',
      'post_plan_completed',
      'post_plan_running',
    ]);
  });
});

describe('final statuses', () => {
  it('are the seven that nothing leaves', () => {
    expect([...FINAL_STATUSES].sort()).toEqual([
      'applied',
      'canceled',
      'discarded',
      'errored',
      'force_canceled',
      'planned_and_finished',
      'policy_soft_failed',
    ]);
    expect(isFinal('applied')).toBe(true);
    expect(isFinal('planned_and_saved')).toBe(false);
  });
});
