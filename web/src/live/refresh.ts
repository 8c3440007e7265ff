import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { pause } from './pause.ts';

/** Lists of an organization in which much happens are read so often at most. */
const LIST_MS = 500;

interface Reading {
  isWanted: boolean;
}

/**
 * Has what pages show read again. While one reading is under way, any number of wishes make one more after it, so that the
 * last one always comes, and many at once do not keep the first from ending.
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
      // A failure is the query's own: whoever shows it says so.
      await Promise.all([queries.invalidateQueries({ queryKey }), pause(atMostEveryMs, never)]);
    }
    readings.delete(name);
  }

  return {
    /** Of one run. */
    run(id: string): void {
      for (const kind of ['run', 'events', 'comments', 'wait-reasons', 'gates']) void refresh([kind, id], 0);
    },
    /** Of everything that shows runs of an organization. */
    lists(org: string): void {
      for (const kind of ['runs', 'workspaces', 'workspace', 'capacity']) void refresh([kind, org], listMs);
    },
    everything(): void {
      void refresh([], listMs);
    },
  };
}
