import { queryOptions } from '@tanstack/react-query';
import { client } from '../session/client.ts';

/** It never changes once the plan is there. */
export const riskQuery = (runId: string) =>
  queryOptions({
    queryKey: ['risk', runId],
    queryFn: ({ signal }) => client.riskSummaries.ofRun(runId, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
