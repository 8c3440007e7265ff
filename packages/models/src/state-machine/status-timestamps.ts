import type { PlatformRunStatus } from '../vocabulary/run-status.ts';

const NO_KEY: readonly PlatformRunStatus[] = [
  'pre_plan_awaiting_decision',
  'post_plan_awaiting_decision',
  'policy_checking',
  'policy_override',
];

/**
 * The key of `status-timestamps` that records when a status began; null where the platform has none (api-contract
 * §2.3). A force-canceled run has `canceled-at` as well (api-contract §0.4).
 */
export function statusTimestampKey(status: PlatformRunStatus): string | null {
  if (NO_KEY.includes(status)) return null;
  if (status === 'pending') return 'plan-queueable-at';
  if (status === 'fetching_completed') return 'fetched-at';
  return `${status.replaceAll('_', '-')}-at`;
}
