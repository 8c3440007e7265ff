/** Ends work that makes no progress any more, however long the whole may take. */
export interface Watchdog {
  /** Aborted after too long a time without progress, or by {@link Watchdog.end}. */
  readonly signal: AbortSignal;
  /** Rejects when the signal is aborted, for work that ignores the signal. */
  readonly ended: Promise<never>;
  /** Reports progress. */
  moved(): void;
  end(reason: Error): void;
  stop(): void;
}

export function startWatchdog(silenceMs: number): Watchdog {
  const controller = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => {
      reject(controller.signal.reason as Error);
    });
  });
  // A race handles this promise's rejection; after the race nothing does.
  ended.catch(() => undefined);
  const timer = setTimeout(() => {
    controller.abort(new Error(`nothing happened for ${String(silenceMs / 1000)} s`));
  }, silenceMs);
  return {
    signal: controller.signal,
    ended,
    moved: () => {
      timer.refresh();
    },
    end: (reason) => {
      controller.abort(reason);
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
}
