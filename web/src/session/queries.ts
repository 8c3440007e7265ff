import { ApiError } from '@runwright/client';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { tellExpired } from './expired.ts';

const RETRIES = 2;

/** What is wrong with a request stays wrong; what is wrong with the connection may pass. */
function mayPass(error: Error): boolean {
  if (!(error instanceof ApiError)) return true;
  return ['unreachable', 'timeout', 'upstream_error', 'rate_limited'].includes(error.code);
}

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof ApiError && error.code === 'unauthorized') tellExpired();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < RETRIES && mayPass(error),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
    },
    mutations: { retry: false },
  },
});
