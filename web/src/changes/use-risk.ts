import { queryOptions } from '@tanstack/react-query';
import { client } from '../session/client.ts';

/** The risk does not change once the plan exists. */
export const riskQuery = (runId: string) =>
  queryOptions({
    queryKey: ['risk', runId],
    queryFn: ({ signal }) => client.riskSummaries.ofRun(runId, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
