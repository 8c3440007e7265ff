import { describe, expect, it } from 'vitest';
import { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { statusTimestampKey } from './status-timestamps.ts';

/** The keys in api-contract §2.3, in its order. */
const DOCUMENTED = [
  ...[
    'plan-queueable-at',
    'fetching-at',
    'fetched-at',
    'pre-plan-running-at',
    'pre-plan-completed-at',
    'queuing-at',
  ],
  ...['plan-queued-at', 'planning-at', 'planned-at', 'post-plan-running-at', 'post-plan-completed-at'],
  ...[
    'cost-estimating-at',
    'cost-estimated-at',
    'policy-checked-at',
    'policy-soft-failed-at',
    'confirmed-at',
  ],
  ...['pre-apply-running-at', 'pre-apply-completed-at', 'queuing-apply-at', 'apply-queued-at', 'applying-at'],
  ...['post-apply-running-at', 'post-apply-completed-at', 'applied-at', 'planned-and-finished-at'],
  ...['planned-and-saved-at', 'discarded-at', 'errored-at', 'canceled-at', 'force-canceled-at'],
  ...['tf-policy-checked-at', 'tf-policy-override-at'],
];

describe('statusTimestampKey', () => {
  it('gives every documented key to one status', () => {
    const keys = PlatformRunStatus.options.map(statusTimestampKey).filter((key) => key !== null);
    expect([...keys].sort()).toEqual([...DOCUMENTED].sort());
  });

  it('knows the statuses that have no key', () => {
    expect(PlatformRunStatus.options.filter((status) => statusTimestampKey(status) === null)).toEqual([
      'pre_plan_awaiting_decision',
      'post_plan_awaiting_decision',
      'policy_checking',
      'policy_override',
    ]);
  });

  it('calls the first moment of a run queueable', () => {
    expect(statusTimestampKey('pending')).toBe('plan-queueable-at');
    expect(statusTimestampKey('fetching_completed')).toBe('fetched-at');
  });
});
