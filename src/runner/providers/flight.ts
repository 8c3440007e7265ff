import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeKernelLock } from '../state/kernel-lock.ts';

const LOOK_EVERY_MS = 50;

/**
 * Waits until no other process on this host fetches `key`. The kernel releases the lock of a dead holder.
 *
 * @param isGivenUp called repeatedly during the wait
 * @returns the function that ends the turn; undefined when the wait was given up
 */
export async function takeTurn(
  folder: string,
  key: readonly string[],
  isGivenUp: () => boolean,
): Promise<(() => void) | undefined> {
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex');
  for (;;) {
    const release = takeKernelLock(join(folder, name));
    if (release || isGivenUp()) return release;
    await sleep(LOOK_EVERY_MS);
  }
}
