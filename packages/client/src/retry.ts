/** The limits for repeating a call. */
export interface RetryRules {
  /** All attempts, the first one included. */
  readonly maxAttempts: number;
  /** If a server asks for a longer wait, there is no second attempt: the error contains the requested wait. */
  readonly maxWaitMs: number;
}

export const DEFAULT_RETRY: RetryRules = { maxAttempts: 4, maxWaitMs: 20_000 };

const FIRST_BACKOFF_MS = 250;
const RETRIED_READS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Reads are repeated on 429, 502, 503 and 504. Other calls only on 429, which says that the server did nothing: a
 * second POST after an unclear failure could start a second run (mcp §1.2).
 */
export function isRetryable(method: string, status: number): boolean {
  return method === 'GET' ? RETRIED_READS.has(status) : status === 429;
}

/** `X-RateLimit-Reset` (seconds, maybe fractional), else `Retry-After` (seconds or a date). */
export function retryAfterMs(headers: Headers, nowMs: number = Date.now()): number | undefined {
  for (const name of ['x-ratelimit-reset', 'retry-after']) {
    const value = headers.get(name);
    if (value === null) continue;
    const seconds = Number(value);
    if (value.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds * 1000);
    const atMs = Date.parse(value);
    if (!Number.isNaN(atMs)) return Math.max(0, atMs - nowMs);
  }
  return undefined;
}

/**
 * The wait before attempt number `attempt + 1`, or undefined when there is none. `X-RateLimit-Reset` comes with every
 * answer, so it counts only for a 429 or 503.
 */
export function retryDelayMs(
  rules: RetryRules,
  attempt: number,
  status: number,
  headers: Headers,
): number | undefined {
  if (attempt >= rules.maxAttempts) return undefined;
  const asked = status === 429 || status === 503 ? retryAfterMs(headers) : undefined;
  const backoffMs = FIRST_BACKOFF_MS * 2 ** (attempt - 1);
  // Clients that were refused together should not retry at the same moment.
  const jitterMs = Math.random() * 0.25 * backoffMs;
  const waitMs = (asked ?? backoffMs) + jitterMs;
  return waitMs > rules.maxWaitMs ? undefined : waitMs;
}
