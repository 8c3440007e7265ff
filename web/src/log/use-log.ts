import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Apply, Plan } from '@runwright/client';
import { followLog } from './follow-log.ts';
import { LogStore } from './log-store.ts';

export interface FollowedLog {
  store: LogStore;
  /** Changes with everything that arrives. */
  version: number;
  error: unknown;
}

const nothing = new LogStore();

/** Follows the log of a plan or an apply while the page shows it. undefined: there is none yet. */
export function useLog(
  kind: 'plan' | 'apply',
  phase: Plan | Apply | undefined,
  isOver: boolean,
): FollowedLog {
  const address = phase?.attributes['log-read-url'] ?? undefined;
  const url = address === undefined ? undefined : new URL(address, location.origin).pathname;
  const id = phase?.id;
  const store = useMemo(() => (id === undefined ? nothing : new LogStore()), [id]);
  const [error, setError] = useState<unknown>();
  // A growing log is read to its end, so its end is no reason to start again.
  const wasOver = useRef(isOver);
  wasOver.current = isOver;
  useEffect(() => {
    if (url === undefined || id === undefined) return;
    const stop = new AbortController();
    setError(undefined);
    followLog({ kind, id, url }, store, wasOver.current, stop.signal).catch(setError);
    return () => stop.abort();
  }, [kind, id, url, store]);
  const subscribe = useCallback((listener: () => void) => subscribeByFrame(store, listener), [store]);
  const version = useSyncExternalStore(subscribe, store.version);
  return { store, version, error };
}

/** A long log comes in hundreds of pieces, faster than the page can be drawn for each of them. */
function subscribeByFrame(store: LogStore, listener: () => void): () => void {
  let frame = 0;
  const stop = store.subscribe(() => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      listener();
    });
  });
  return () => {
    cancelAnimationFrame(frame);
    stop();
  };
}
