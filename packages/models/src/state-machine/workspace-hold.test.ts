import { describe, expect, it } from 'vitest';
import { FINAL_STATUSES } from '../vocabulary/statuses-in-group.ts';
import { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { holdsWorkspace } from './workspace-hold.ts';

const holding = (kind: { planOnly: boolean; savePlan: boolean }) =>
  PlatformRunStatus.options.filter((status) => holdsWorkspace({ status, ...kind }));

describe('holdsWorkspace', () => {
  it('is true for a normal run from the moment it leaves pending until it is final', () => {
    expect(holding({ planOnly: false, savePlan: false })).toEqual(
      PlatformRunStatus.options.filter((status) => status !== 'pending' && !FINAL_STATUSES.includes(status)),
    );
  });

  it('is true for a saved plan while it is being applied, not while it waits in confirmed', () => {
    expect(holding({ planOnly: false, savePlan: true })).toEqual([
      'pre_apply_running',
      'pre_apply_completed',
      'queuing_apply',
      'apply_queued',
      'applying',
      'post_apply_running',
      'post_apply_completed',
    ]);
  });

  it('is never true for a plan-only run', () => {
    expect(holding({ planOnly: true, savePlan: false })).toEqual([]);
  });
});
