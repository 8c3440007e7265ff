import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { ListDocument } from '@runwright/client';
import { readEvery, type WantedPage } from '../session/read-every.ts';

/** The items of a list, and a function that reloads it. */
export function useList<Item>(
  key: readonly unknown[],
  read: (page: WantedPage) => Promise<ListDocument<Item>>,
): { query: UseQueryResult<readonly Item[]>; again: () => Promise<void> } {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await readEvery(read, signal)).data,
  });
  return { query, again: () => queries.invalidateQueries({ queryKey: key }) };
}
