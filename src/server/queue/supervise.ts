import { setTimeout as sleep } from 'node:timers/promises';

export interface QueueSupervision {
  /** Whether a job is fetched and has not ended. */
  isAnyFetched(): Promise<boolean>;
  /** Makes the queue deliver expired jobs again, and removes old ones. */
  supervise(): Promise<void>;
  onRedelivery(): void;
  onError(error: unknown): void;
  expireInSeconds: number;
  everySeconds: number;
}

/** Old jobs are removed less often than expired ones are looked for, by this factor. */
const REMOVE_EVERY = 30;

/**
 * Supervises a queue every `everySeconds` while a job is fetched and has not ended. A job that is fetched later expires
 * `expireInSeconds` later at the earliest: until then only old jobs need to be removed.
 */
export function superviseQueue(supervision: QueueSupervision): { stop(): Promise<void> } {
  const { expireInSeconds, everySeconds } = supervision;
  const stopping = new AbortController();
  const { signal } = stopping;
  let supervisedAtMs = 0;
  const look = async (): Promise<number> => {
    const isAnyFetched = await supervision.isAnyFetched();
    if (isAnyFetched || Date.now() - supervisedAtMs >= REMOVE_EVERY * everySeconds * 1_000) {
      supervisedAtMs = Date.now();
      await supervision.supervise();
      if (isAnyFetched) supervision.onRedelivery();
    }
    return isAnyFetched
      ? everySeconds
      : Math.max(everySeconds, Math.min(expireInSeconds, REMOVE_EVERY * everySeconds));
  };
  const keepLooking = async (): Promise<void> => {
    let pauseSeconds = everySeconds;
    while (!signal.aborted) {
      await sleep(pauseSeconds * 1_000, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      try {
        pauseSeconds = await look();
      } catch (error) {
        pauseSeconds = everySeconds;
        supervision.onError(error);
      }
    }
  };
  const looking = keepLooking();
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
