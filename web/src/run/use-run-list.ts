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
  page?: string | undefined;
}

export interface RunPageOf {
  views: readonly RunView[];
  hasNext: boolean;
}

/** The polling interval without live events. */
const LOOK_EVERY_MS = 5_000;
const INCLUDE = ['plan', 'apply', 'created_by', 'workspace'];

/** A page of runs of a workspace or an organization, newest first; kept up to date while the page is open. */
export function useRunList(
  of: { org: string; workspaceId?: string | undefined },
  filters: RunListFilters,
  pageSize = 30,
) {
  const isLive = useLiveRuns(
    of.workspaceId === undefined ? { organization: of.org } : { workspace: of.workspaceId },
  );
  return useQuery({
    queryKey: ['runs', of.org, of.workspaceId, filters, pageSize],
    queryFn: async ({ signal }): Promise<RunPageOf> => {
      const query = {
        ...given('searchBasic', filters.search),
        ...given('status', filters.status),
        ...given('statusGroup', filters.status_group),
        ...given('operation', filters.operation),
        ...given('source', filters.source),
        ...given('searchUser', filters.user),
        ...given('searchCommit', filters.commit),
        include: INCLUDE,
        pageNumber: Number(filters.page ?? 1) || 1,
        pageSize,
        signal,
      };
      const list =
        of.workspaceId === undefined
          ? await client.runs.listInOrganization(of.org, query)
          : await client.runs.listInWorkspace(of.workspaceId, query);
      return {
        views: list.data.map((run) => viewRun(run, list.included)),
        hasNext: typeof list.meta?.pagination?.['next-page'] === 'number',
      };
    },
    placeholderData: (before) => before,
    refetchInterval: isLive ? false : LOOK_EVERY_MS,
  });
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
