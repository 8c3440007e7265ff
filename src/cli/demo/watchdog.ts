/** Ends work in which nothing moves any more, however long the whole may take. */
export interface Watchdog {
  /** Aborted when nothing moved for too long, or by {@link Watchdog.end}. */
  readonly signal: AbortSignal;
  /** Rejects when the signal is aborted, for work that does not listen to it. */
  readonly ended: Promise<never>;
  /** A sign of life. */
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
  // A race against this promise handles its rejection; after the race nothing may.
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
