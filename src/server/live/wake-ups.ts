/**
 * Wakes requests that wait for something (a runner for work, a log reader for bytes, a heartbeat for a cancel) when it
 * may have happened. A wake-up is only a hint: the waiter looks again, and looks after its time-out in any case, so a
 * lost one costs time and never truth.
 */
export interface WakeUps {
  /** After the transaction that made the topic's news has committed. */
  wake(topic: string): void;
  /** Resolves at the next wake-up of the topic, after `timeoutMs`, or when the signal aborts. */
  wait(topic: string, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Releases everybody who waits; later waits return at once. */
  close(): void;
  isClosed(): boolean;
}

export const topics = {
  /** A step was queued. */
  work: 'work',
  /** A run was applied that triggers others. */
  triggers: 'triggers',
  /** A run has entered a phase around terraform's own two. */
  phases: 'phases',
  /** A notification may be due. */
  notifications: 'notifications',
  /** An event of some run was written. */
  runEvents: 'run-events',
  /** Sessions of a user have ended. */
  person: (userId: string): string => `person:${userId}`,
  log: (phaseId: string): string => `log:${phaseId}`,
  step: (phaseId: string): string => `step:${phaseId}`,
};

/** @param publish tells the other servers, where there are any; they call {@link WakeUps.wake} without publishing. */
export function createWakeUps(
  publish: (topic: string) => void = () => {},
): WakeUps & { receive(topic: string): void } {
  const waiters = new Map<string, Set<() => void>>();
  let closed = false;

  const receive = (topic: string): void => {
    for (const resolve of waiters.get(topic) ?? []) resolve();
  };
  return {
    receive,
    wake(topic) {
      receive(topic);
      publish(topic);
    },
    wait(topic, timeoutMs, signal) {
      if (closed || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          const others = waiters.get(topic);
          others?.delete(done);
          if (others?.size === 0) waiters.delete(topic);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        signal?.addEventListener('abort', done);
        const others = waiters.get(topic) ?? new Set();
        waiters.set(topic, others.add(done));
      });
    },
    close() {
      closed = true;
      for (const topic of [...waiters.keys()]) receive(topic);
    },
    isClosed: () => closed,
  };
}
