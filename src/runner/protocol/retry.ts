import { setTimeout as sleep } from 'node:timers/promises';
import { ServerAway } from './errors.ts';

export interface RetryOptions {
  /** Give up when the server has been away this long. */
  forMs: number;
  firstDelayMs?: number;
  maxDelayMs?: number;
  signal?: AbortSignal;
}

/** Delay before attempt `attempt + 1` (0-based): doubling, capped, with up to a quarter taken off at random. */
export function backoffMs(attempt: number, firstMs = 200, maxMs = 5_000): number {
  return Math.min(firstMs * 2 ** Math.min(attempt, 20), maxMs) * (1 - Math.random() / 4);
}

/** Repeats `call` while it throws {@link ServerAway}; every other error, and the last ServerAway, is thrown on. */
export async function retry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const giveUpAt = performance.now() + options.forMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const waitMs = backoffMs(attempt, options.firstDelayMs, options.maxDelayMs);
      if (!(error instanceof ServerAway) || options.signal?.aborted || performance.now() + waitMs > giveUpAt)
        throw error;
      await sleep(waitMs, undefined, { signal: options.signal });
    }
  }
}
