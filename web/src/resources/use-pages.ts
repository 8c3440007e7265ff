import type { ListDocument, Resource, Workspace } from '@runwright/client';
import { useInfiniteQuery } from '@tanstack/react-query';

interface WantedPage {
  pageNumber: number;
  pageSize: number;
  signal: AbortSignal;
}

const PAGE_SIZE = 100;

/** A list of a workspace that grows downwards, page by page; it is reloaded when the workspace's state changes. */
export function usePages<Item>(
  key: readonly string[],
  { id, attributes: { 'latest-change-at': changed } }: Workspace,
  read: (page: WantedPage) => Promise<ListDocument<Item>>,
  pageSize = PAGE_SIZE,
) {
  const query = useInfiniteQuery({
    queryKey: [...key, id, changed],
    queryFn: ({ pageParam, signal }) => read({ pageNumber: pageParam, pageSize, signal }),
    initialPageParam: 1,
    getNextPageParam: ({ meta }) => meta?.pagination?.['next-page'] ?? undefined,
    placeholderData: (before) => before,
  });
  const pages = query.data?.pages ?? [];
  return {
    query,
    items: pages.flatMap(({ data }) => data),
    included: pages.flatMap(({ included = [] }): readonly Resource[] => included),
    total: pages.at(-1)?.meta?.pagination?.['total-count'],
  };
}
