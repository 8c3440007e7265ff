import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { followLog } from './follow-log.ts';
import { LogStore } from './log-store.ts';

export interface FollowedLog {
  store: LogStore;
  /** Changes with everything that arrives. */
  version: number;
  error: unknown;
}

const nothing = new LogStore();

/** Follows the log at this address for as long as the page shows it. undefined: there is none yet. */
export function useLog(url: string | undefined, phaseIsOver: boolean): FollowedLog {
  const path = url === undefined ? undefined : new URL(url, location.origin).pathname;
  const store = useMemo(() => (path === undefined ? nothing : new LogStore()), [path]);
  const [error, setError] = useState<unknown>();
  const isOver = useRef(phaseIsOver);
  isOver.current = phaseIsOver;
  useEffect(() => {
    if (path === undefined) return;
    const stop = new AbortController();
    setError(undefined);
    followLog(path, store, () => isOver.current, stop.signal).catch(setError);
    return () => stop.abort();
  }, [path, store]);
  const version = useSyncExternalStore(store.subscribe, store.version);
  return { store, version, error };
}
