import type { ListDocument, Run, Workspace } from '@runwright/client';
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

/** As many as one may choose at once. */
const MOST_MATCHING = 1_000;

function readPage(
  org: string,
  { search, status, project, drifted, sort }: Filters,
  page: { pageNumber: number; signal?: AbortSignal },
) {
  return client.workspaces.list(org, {
    search,
    currentRunStatus: status,
    projectId: project,
    drifted: drifted === undefined ? undefined : drifted === 'true',
    sort,
    include: ['current_run'],
    pageSize: PAGE,
    ...page,
  });
}

const listedOf = ({ data, included = [] }: ListDocument<Workspace>): readonly ListedWorkspace[] =>
  data.map((workspace) => {
    const id = relatedId(workspace, 'current-run');
    return { workspace, run: included.find((resource) => resource.id === id) as Run | undefined };
  });

/** All that the filters let through; at most {@link MOST_MATCHING}. */
export async function readMatchingWorkspaces(
  org: string,
  filters: Filters,
): Promise<readonly ListedWorkspace[]> {
  const found: ListedWorkspace[] = [];
  let pageNumber: number | null = 1;
  while (pageNumber !== null && found.length < MOST_MATCHING) {
    const page: ListDocument<Workspace> = await readPage(org, filters, { pageNumber });
    found.push(...listedOf(page));
    pageNumber = page.meta?.pagination?.['next-page'] ?? null;
  }
  return found;
}

/** The matching workspaces of an organization, a hundred at a time, with their current runs. */
export function useWorkspaceList(org: string, filters: Filters): WorkspaceList {
  const { search, status, project, drifted, sort } = filters;
  useLiveRuns({ organization: org });
  const query = useInfiniteQuery({
    queryKey: ['workspaces', org, search, status, project, drifted, sort],
    queryFn: ({ pageParam: pageNumber, signal }) => readPage(org, filters, { pageNumber, signal }),
    initialPageParam: 1,
    getNextPageParam: (last) => last.meta?.pagination?.['next-page'] ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 2 ? LOOK_EVERY_MS : false),
  });
  const workspaces = useMemo(() => (query.data?.pages ?? []).flatMap(listedOf), [query.data]);
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
