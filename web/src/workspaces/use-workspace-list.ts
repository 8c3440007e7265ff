import type { Run, Workspace } from '@runwright/client';
import { relatedId } from '@runwright/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLiveRuns } from '../live/use-live-runs.ts';
import { client } from '../session/client.ts';

const PAGE = 100;
/** Locks and settings change without a run. */
const LOOK_EVERY_MS = 20_000;

export interface ListedWorkspace {
  workspace: Workspace;
  run: Run | undefined;
}

export interface WorkspaceList {
  workspaces: readonly ListedWorkspace[];
  total: number | undefined;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
}

type Filters = Readonly<Record<string, string | undefined>>;

/** The matching workspaces of an organization, a hundred at a time, with their current runs. */
export function useWorkspaceList(org: string, { search, status, project }: Filters): WorkspaceList {
  useLiveRuns({ organization: org });
  const query = useInfiniteQuery({
    queryKey: ['workspaces', org, search, status, project],
    queryFn: ({ pageParam, signal }) =>
      client.workspaces.list(org, {
        search,
        currentRunStatus: status,
        projectId: project,
        include: ['current_run'],
        pageNumber: pageParam,
        pageSize: PAGE,
        signal,
      }),
    initialPageParam: 1,
    getNextPageParam: (last) => last.meta?.pagination?.['next-page'] ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 2 ? LOOK_EVERY_MS : false),
  });
  const workspaces = useMemo(
    () =>
      (query.data?.pages ?? []).flatMap(({ data, included = [] }) =>
        data.map((workspace) => {
          const id = relatedId(workspace, 'current-run');
          const run = included.find((resource) => resource.id === id) as Run | undefined;
          return { workspace, run };
        }),
      ),
    [query.data],
  );
  return {
    workspaces,
    total: query.data?.pages[0]?.meta?.pagination?.['total-count'],
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    isPending: query.isPending,
    error: query.error,
    refetch: () => void query.refetch(),
  };
}
