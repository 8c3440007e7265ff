import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../context.ts';
import { topics } from '../live/wake-ups.ts';
import { endSilentResults, msUntilDue } from './due.ts';
import { deliver } from './deliver.ts';
import { takeAttempt } from './take.ts';

const AT_ONCE = 8;
/** How often to look for work of other servers; work that begins or is due here wakes by itself. */
const LOOK_EVERY_MS = 30_000;
/** The pause after an error. */
const AGAIN_MS = 5_000;

/**
 * Asks the services that runs wait for, and ends the results of silent ones. Safe with many servers; the requests of a
 * killed one are sent again, with the same id and token.
 */
export function startTaskCalls(platform: Platform): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const asking = new Set<Promise<void>>();

  /** @returns when to look again, if no wake-up comes before */
  const look = async (): Promise<number> => {
    await endSilentResults(platform);
    while (!stopping.signal.aborted && asking.size < AT_ONCE) {
      const attempt = await takeAttempt(platform);
      if (attempt === undefined) return await msUntilDue(platform, LOOK_EVERY_MS);
      const one = deliver(platform, attempt)
        .catch((error: unknown) =>
          platform.log.error({ err: error, result: attempt.id }, 'a run task could not be asked'),
        )
        .finally(() => {
          asking.delete(one);
          platform.wakeUps.wake(topics.taskCalls);
        });
      asking.add(one);
    }
    return LOOK_EVERY_MS;
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const enough = new AbortController();
      const signal = AbortSignal.any([stopping.signal, enough.signal]);
      // The wait begins before the query, so that nothing that comes meanwhile is missed.
      const woken = [topics.phases, topics.taskCalls].map((topic) =>
        platform.wakeUps.wait(topic, LOOK_EVERY_MS, signal),
      );
      let pauseMs = AGAIN_MS;
      try {
        pauseMs = await look();
      } catch (error) {
        platform.log.error({ err: error }, 'run tasks could not be looked for; it is tried again');
      }
      await Promise.race([...woken, sleep(pauseMs, undefined, { signal }).catch(() => {})]);
      enough.abort();
    }
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      await looping;
      await Promise.all(asking);
    },
  };
}
