import { useQuery } from '@tanstack/react-query';
import { useLiveRuns } from '../live/use-live-runs.ts';
import { client } from '../session/client.ts';
import { viewRun, type RunView } from './run-view.ts';

export interface RunListFilters {
  search?: string | undefined;
  status?: string | undefined;
  status_group?: string | undefined;
  operation?: string | undefined;
  source?: string | undefined;
  user?: string | undefined;
  commit?: string | undefined;
  timeframe?: string | undefined;
  mine?: string | undefined;
  needs_confirmation?: string | undefined;
  page?: string | undefined;
}

export interface RunPageOf {
  views: readonly RunView[];
  hasNext: boolean;
}

/** The polling interval without live events. */
const LOOK_EVERY_MS = 5_000;
const PAGE_SIZE = 100;
const MOST_MATCHING = 1_000;
const INCLUDE = ['plan', 'apply', 'created_by', 'workspace'];

interface RunsOf {
  org: string;
  workspaceId?: string | undefined;
}

async function readPage(
  of: RunsOf,
  filters: RunListFilters,
  page: { pageNumber: number; pageSize: number; signal?: AbortSignal },
): Promise<RunPageOf> {
  const query = {
    ...given('searchBasic', filters.search),
    ...given('status', filters.status),
    ...given('statusGroup', filters.status_group),
    ...given('operation', filters.operation),
    ...given('source', filters.source),
    ...given('searchUser', filters.user),
    ...given('searchCommit', filters.commit),
    ...given('timeframe', filters.timeframe),
    ...(filters.mine === 'true' ? { mine: true } : {}),
    ...(filters.needs_confirmation === 'true' ? { needsConfirmation: true } : {}),
    include: INCLUDE,
    ...page,
  };
  const list =
    of.workspaceId === undefined
      ? await client.runs.listInOrganization(of.org, query)
      : await client.runs.listInWorkspace(of.workspaceId, query);
  return {
    views: list.data.map((run) => viewRun(run, list.included)),
    hasNext: typeof list.meta?.pagination?.['next-page'] === 'number',
  };
}

/** A page of runs of a workspace or an organization, newest first; kept up to date while the page is open. */
export function useRunList(of: RunsOf, filters: RunListFilters, pageSize = 30) {
  const isLive = useLiveRuns(
    of.workspaceId === undefined ? { organization: of.org } : { workspace: of.workspaceId },
  );
  return useQuery({
    queryKey: ['runs', of.org, of.workspaceId, filters, pageSize],
    queryFn: async ({ signal }) =>
      await readPage(of, filters, { pageNumber: Number(filters.page ?? 1) || 1, pageSize, signal }),
    placeholderData: (before) => before,
    refetchInterval: isLive ? false : LOOK_EVERY_MS,
  });
}

/** All runs that the filters let through, on every page, the newest first; at most {@link MOST_MATCHING}. */
export async function readMatchingRuns(of: RunsOf, filters: RunListFilters): Promise<readonly RunView[]> {
  const found: RunView[] = [];
  for (let pageNumber = 1; found.length < MOST_MATCHING; pageNumber += 1) {
    const { views, hasNext } = await readPage(of, filters, { pageNumber, pageSize: PAGE_SIZE });
    found.push(...views);
    if (!hasNext) break;
  }
  return found;
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
