import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import type { Answer } from '../../http/endpoint.ts';
import { pageOf, paginate } from '../../http/pagination.ts';
import { describeRuns } from './describe.ts';
import { listRuns, type RunListQuery } from '../list.ts';

/** A page of the runs of a workspace; the caller may read its runs. */
export async function answerRunsOf(
  view: Platform,
  caller: Caller,
  workspaceId: string,
  query: RunListQuery,
  url: string,
): Promise<Answer> {
  const page = pageOf(query);
  const { runs, totalCount } = await listRuns(view.db, caller, workspaceId, query, page);
  const described = await describeRuns(view, caller, runs, query.include);
  return { status: 200, body: { ...described, ...paginate(url, page, totalCount) } };
}
