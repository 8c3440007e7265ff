import { readPlanFile } from '../../src/runner/plan-file/plan-file.ts';
import type { ServedStep } from './agent-server.ts';

export const LOCK_FILE = '.terraform.lock.hcl';

/** The lock file in the plan. */
export function readLockOf(plan: ServedStep): string {
  const file = readPlanFile(plan.artifacts.get('plan-file') ?? Buffer.alloc(0));
  return Buffer.from(file?.entries[LOCK_FILE] ?? '').toString('utf8');
}
