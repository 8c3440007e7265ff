import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CheckResult } from './check.ts';

/**
 * Signed addresses and tokens expire by this machine's clock. The check can only compare it with this program's own
 * file, so it finds only a clock that was never set. (The database check covers the database's clock.)
 */
export function checkClock(nowMs: number = Date.now()): Promise<CheckResult> {
  const builtMs = statSync(fileURLToPath(import.meta.url)).mtimeMs;
  const now = new Date(nowMs).toISOString();
  const isPlausible = nowMs > builtMs - 24 * 3600_000;
  return Promise.resolve(
    isPlausible
      ? { ok: true, found: now }
      : { ok: false, found: `${now} is before this program was built`, fix: 'set the clock (NTP)' },
  );
}
