import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../context.ts';
import { endLostSteps, expireSpeculativePlans } from './recover.ts';

/**
 * Looks for lost runners and forgotten runs every `everyMs` while a runner works. A step that begins while none works
 * is lost one lease later at the earliest: until then it looks only for plans that are abandoned sooner than that.
 */
export function watchForLost(platform: Platform, everyMs: number): { stop(): Promise<void> } {
  const { db, limits, log } = platform;
  const stopping = new AbortController();
  const { signal } = stopping;
  const isAnyRunning = async (): Promise<boolean> => {
    const running = await db
      .selectFrom('run_phase')
      .select('id')
      .where('status', '=', 'running')
      .limit(1)
      .executeTakeFirst();
    return running !== undefined;
  };
  const watch = async (): Promise<void> => {
    let pauseMs = everyMs;
    while (!signal.aborted) {
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      pauseMs = everyMs;
      try {
        if (await isAnyRunning()) await endLostSteps(platform);
        else pauseMs = Math.max(everyMs, Math.min(limits.leaseMs, limits.speculativeQueueMs));
      } catch (error) {
        log.error({ err: error }, 'lost runners could not be looked for');
      }
      await expireSpeculativePlans(platform).catch((error: unknown) =>
        log.error({ err: error }, 'forgotten plan-only runs could not be looked for'),
      );
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}
