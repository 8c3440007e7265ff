import { isFinal } from '../vocabulary/statuses-in-group.ts';
import type { PlatformRunStatus } from '../vocabulary/run-status.ts';

/** The statuses of a saved plan after it has got the workspace (api-contract §3.3 row 30, §3.5). */
const SAVED_PLAN_HOLDS: readonly PlatformRunStatus[] = [
  'pre_apply_running',
  'pre_apply_completed',
  'queuing_apply',
  'apply_queued',
  'applying',
  'post_apply_running',
  'post_apply_completed',
];

/**
 * Whether a run owns its workspace's lock (api-contract §3.5). At most one run of a workspace may.
 *
 * A normal run holds it from the moment it leaves `pending` until it is final, a saved plan only while it applies
 * (in `confirmed` it still waits for the lock), a plan-only run never.
 */
export function holdsWorkspace(run: {
  status: PlatformRunStatus;
  planOnly: boolean;
  savePlan: boolean;
}): boolean {
  if (run.planOnly) return false;
  if (run.savePlan) return SAVED_PLAN_HOLDS.includes(run.status);
  return run.status !== 'pending' && !isFinal(run.status);
}
