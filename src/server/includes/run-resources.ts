import type { Caller } from '../access/caller.ts';
import { workspaceRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { runResource } from '../runs/document.ts';
import { includeWithRuns } from './with-runs.ts';
import { readDetails, workspaceOf } from '../runs/queries.ts';

/**
 * The runs that the caller may read, with the resources that `include` names, for documents of other folders that
 * include runs.
 */
export async function runResourcesWithRelated(
  platform: Platform,
  caller: Caller,
  ids: readonly string[],
  names: readonly string[],
): Promise<{ id: string; type: string }[]> {
  if (ids.length === 0) return [];
  const runs = await platform.db.selectFrom('run').selectAll().where('id', 'in', ids).execute();
  const rights = await workspaceRights(platform.db, caller, runs.map(workspaceOf));
  const readable = runs.filter((run) => rights.get(run.workspace_id)?.has('read-runs'));
  const details = await readDetails(platform.db, readable);
  return [
    ...details.map((detail) => runResource(detail, rights.get(detail.run.workspace_id))),
    ...(await includeWithRuns(platform, caller, details, names)),
  ];
}
