import { setTimeout as sleep } from 'node:timers/promises';
import { storeFolder } from '../providers/store-folder.ts';
import { tidyStore } from '../providers/tidy.ts';
import type { Log } from '../settings.ts';
import { tidyModules } from './module-cache.ts';

const TIDY_EVERY_MS = 3600_000;

/** Removes old files that earlier runs left for reuse, at once and then every hour, until `stopped`. Never fails. */
export async function keepTidy(root: string, log: Log, stopped: AbortSignal): Promise<void> {
  const complain = (what: string) => (error: unknown) =>
    log('warn', `the ${what} cannot be tidied`, { error: String(error) });
  while (!stopped.aborted) {
    await tidyStore(storeFolder(root), log).catch(complain('provider store'));
    await tidyModules(root).catch(complain('kept modules'));
    await sleep(TIDY_EVERY_MS, undefined, { signal: stopped }).catch(() => undefined);
  }
}
