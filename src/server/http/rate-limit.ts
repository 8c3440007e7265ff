import type { FastifyReply } from 'fastify';
import { refuse } from './refusal.ts';

const WINDOW_MS = 1_000;
/** More callers than this in one second are counted together, so that memory is bounded for any number of callers. */
const MAX_KEYS = 100_000;

/** Counts requests by caller, in windows of a second that are the same for everybody (api-contract §1.3). */
export interface RateLimiter {
  /** Requests a second; 0: no limit. */
  readonly limit: number;
  /** @throws 429, with headers that tell clients when to try again */
  take(key: string, reply: FastifyReply): void;
}

/** Each server counts for itself: with several servers behind one address a caller has the sum of their limits. */
export function createRateLimiter(limit: number, now: () => number = Date.now): RateLimiter {
  let windowStart = 0;
  const counts = new Map<string, number>();
  return {
    limit,
    take(key, reply) {
      if (limit === 0) return;
      const time = now();
      if (time - windowStart >= WINDOW_MS || time < windowStart) {
        windowStart = time - (time % WINDOW_MS);
        counts.clear();
      }
      const counted = counts.has(key) || counts.size < MAX_KEYS ? key : '';
      const count = (counts.get(counted) ?? 0) + 1;
      counts.set(counted, count);
      void reply.headers({
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(Math.max(0, limit - count)),
        'X-RateLimit-Reset': String((windowStart + WINDOW_MS - time) / 1_000),
      });
      if (count > limit) refuse('too_many_requests', "You have exceeded the API's rate limit.");
    },
  };
}
