import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLiveRuns } from '../live/use-live-runs.ts';
import { runQuery } from '../session/reads.ts';
import { isOver } from '../status/status.ts';
import { viewDocument, type RunView } from './run-view.ts';

/** Where nothing tells of changes, the run is looked at this often, also by a page in the background: its title says it. */
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
