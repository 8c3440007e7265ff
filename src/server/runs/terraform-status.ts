import type { Run } from './transitions.ts';

/**
 * The status of a run as the terraform CLI is told it. It says what a run waits for, and how many are before it, only
 * while that is `pending` or `confirmed`: so a run that has no runner yet is that for it (api-contract §2.7).
 */
export function statusForTerraform({ status }: Pick<Run, 'status'>): string {
  if (status === 'plan_queued') return 'pending';
  if (status === 'apply_queued') return 'confirmed';
  return status;
}
