import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { runQuery } from '../session/reads.ts';
import { isOver } from './status.ts';
import { viewDocument, type RunView } from './run-view.ts';

/** Where nothing tells of changes, the run is looked at this often. */
const LOOK_EVERY_MS = 1_500;

/** One run, followed until it is over. */
export function useRun(id: string): { view: RunView | undefined; error: unknown; refetch: () => void } {
  const query = useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isOver(state.data.data.attributes.status) ? false : LOOK_EVERY_MS,
  });
  const view = useMemo(() => (query.data === undefined ? undefined : viewDocument(query.data)), [query.data]);
  return { view, error: query.isError ? query.error : undefined, refetch: () => void query.refetch() };
}
