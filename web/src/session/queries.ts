import { ApiError } from '@runwright/client';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { tellExpired } from './expired.ts';
import { mayPass } from './may-pass.ts';

const RETRIES = 2;

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
