/** A hidden page keeps its connections for this long. */
const HIDDEN_MS = 20_000;

/**
 * Resolves when the page may be visible. A browser has six connections to a server for all of its pages, so hidden
 * pages must not hold them.
 */
export async function whenVisible(signal: AbortSignal): Promise<void> {
  while (document.hidden && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        document.removeEventListener('visibilitychange', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      document.addEventListener('visibilitychange', done);
      signal.addEventListener('abort', done);
    });
  }
}

/** Runs `work` with a signal that aborts when the page has been hidden for a while, or when the given signal does. */
export async function whileVisible<T>(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => over.abort(), HIDDEN_MS);
  };
  const abort = (): void => over.abort();
  document.addEventListener('visibilitychange', look);
  signal.addEventListener('abort', abort);
  try {
    look();
    return await work(over.signal);
  } finally {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    signal.removeEventListener('abort', abort);
  }
}
