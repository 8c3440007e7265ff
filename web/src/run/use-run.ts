import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLiveRuns } from '../live/use-live-runs.ts';
import { runQuery } from '../session/reads.ts';
import { isOver } from '../status/status.ts';
import { viewDocument, type RunView } from './run-view.ts';

/** The polling interval without live events, also for a page in the background: its title shows the state. */
const LOOK_EVERY_MS = 3_000;

/** One run, followed until it is over. */
export function useRun(id: string): {
  view: RunView | undefined;
  isLive: boolean;
  error: unknown;
  refetch: () => void;
} {
  const isLive = useLiveRuns({ run: id });
  const query = useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) =>
      isLive || (state.data !== undefined && isOver(state.data.data.attributes.status))
        ? false
        : LOOK_EVERY_MS,
    refetchIntervalInBackground: true,
  });
  const view = useMemo(() => (query.data === undefined ? undefined : viewDocument(query.data)), [query.data]);
  return {
    view,
    isLive,
    error: query.isError ? query.error : undefined,
    refetch: () => void query.refetch(),
  };
}
