/**
 * Wakes requests that wait for something (a runner for work, a log reader for bytes, a heartbeat for a cancel) when it
 * may have happened. A wake-up is only a hint: the waiter looks itself, and looks after its time-out in any case, so a
 * lost one costs only time.
 */
export interface WakeUps {
  /** Call it after the transaction with the topic's news has committed. */
  wake(topic: string): void;
  /** Resolves at the next wake-up of the topic, after `timeoutMs`, or when the signal aborts. */
  wait(topic: string, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Releases all waiters; later waits return at once. */
  close(): void;
  isClosed(): boolean;
}

export const topics = {
  /** A step was queued. */
  work: 'work',
  /** A run that triggers others was applied. */
  triggers: 'triggers',
  /** A run has entered a phase around terraform's own two. */
  phases: 'phases',
  /** A run task may be due to be asked. */
  taskCalls: 'task-calls',
  /** A notification may be due. */
  notifications: 'notifications',
  /** An event of some run was written. */
  runEvents: 'run-events',
  /** Something was written to the audit trail. */
  audit: 'audit',
  /** Sessions of a user have ended. */
  person: (userId: string): string => `person:${userId}`,
  /** There is an order for a store of providers. */
  providerStore: (storeId: string): string => `provider-store:${storeId}`,
  log: (phaseId: string): string => `log:${phaseId}`,
  step: (phaseId: string): string => `step:${phaseId}`,
};

/** Each server seals the audit entries that it has written itself. */
const OF_THIS_SERVER: ReadonlySet<string> = new Set([topics.audit]);

export interface ReceivingWakeUps extends WakeUps {
  /** Another server has announced this topic. */
  receive(topic: string): void;
  /** Other servers may have announced something meanwhile: all waiters look again. */
  receiveAll(): void;
}

/**
 * @param publish tells the other servers, if there are any: once for all topics that one turn of the event loop has
 *   woken. They call `receive`, which publishes nothing.
 */
export function createWakeUps(publish?: (topics: readonly string[]) => void): ReceivingWakeUps {
  const waiters = new Map<string, Set<() => void>>();
  const unpublished = new Set<string>();
  let closed = false;

  const receive = (topic: string): void => {
    for (const resolve of waiters.get(topic) ?? []) resolve();
  };
  const receiveAll = (): void => {
    for (const topic of [...waiters.keys()]) receive(topic);
  };
  const publishSoon = (topic: string): void => {
    if (publish === undefined || OF_THIS_SERVER.has(topic)) return;
    if (unpublished.size === 0) {
      setImmediate(() => {
        const all = [...unpublished];
        unpublished.clear();
        publish(all);
      });
    }
    unpublished.add(topic);
  };
  return {
    receive,
    receiveAll,
    wake(topic) {
      receive(topic);
      publishSoon(topic);
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
      receiveAll();
    },
    isClosed: () => closed,
  };
}
