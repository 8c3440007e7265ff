interface Kept<Value> {
  value: Promise<Value>;
  until: number;
}

const MOST = 1_000;

/**
 * Remembers results for a while, so that many callers cause one call: those who come while it goes on wait for it.
 *
 * @param failedMs how long a failure is remembered
 */
export function createMemory<Value>({ keptMs, failedMs }: { keptMs: number; failedMs: number }) {
  const kept = new Map<string, Kept<Value>>();
  return async (key: string, make: () => Promise<Value>): Promise<Value> => {
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return await known.value;
    // The oldest goes first; a map keeps the order in which its keys came.
    kept.delete(key);
    for (const oldest of kept.keys()) {
      if (kept.size < MOST) break;
      kept.delete(oldest);
    }
    const made: Kept<Value> = { value: make(), until: Infinity };
    kept.set(key, made);
    made.value.then(
      () => (made.until = Date.now() + keptMs),
      () => (made.until = Date.now() + failedMs),
    );
    return await made.value;
  };
}
