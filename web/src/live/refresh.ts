import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { pause } from './pause.ts';

/** The lists of a busy organization are read at most this often. */
const LIST_MS = 500;

interface Reading {
  isWanted: boolean;
}

/**
 * Reads shown data again. Any number of requests during a read cause one more read after it, so that the last change
 * is always seen, and many requests at once do not prevent the first read from ending.
 */
export function createRefresher(queries: QueryClient, listMs = LIST_MS) {
  const readings = new Map<string, Reading>();
  const never = new AbortController().signal;

  async function refresh(queryKey: QueryKey, atMostEveryMs: number): Promise<void> {
    const name = JSON.stringify(queryKey);
    const running = readings.get(name);
    if (running !== undefined) {
      running.isWanted = true;
      return;
    }
    const reading = { isWanted: true };
    readings.set(name, reading);
    while (reading.isWanted) {
      reading.isWanted = false;
      // The query itself shows its failure.
      await Promise.all([queries.invalidateQueries({ queryKey }), pause(atMostEveryMs, never)]);
    }
    readings.delete(name);
  }

  return {
    /** Reads one run again. */
    run(id: string): void {
      for (const kind of ['run', 'events', 'comments', 'wait-reasons', 'gates']) void refresh([kind, id], 0);
    },
    /** Reads everything again that shows runs of an organization. */
    lists(org: string): void {
      for (const kind of ['runs', 'workspaces', 'workspace', 'capacity']) void refresh([kind, org], listMs);
    },
    everything(): void {
      void refresh([], listMs);
    },
  };
}
