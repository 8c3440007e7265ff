import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeKernelLock } from '../state/kernel-lock.ts';

const LOOK_EVERY_MS = 50;

/**
 * Waits until nobody else on this host fetches what `key` names. The kernel lets go of a place whose holder died.
 *
 * @param isGivenUp asked again and again while it waits
 * @returns what ends it; undefined when it was abandoned
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
