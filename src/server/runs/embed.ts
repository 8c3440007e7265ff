import type { Caller } from '../access/caller.ts';
import { workspaceRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { runResource } from './document.ts';
import { includeWithRuns } from './included.ts';
import { readDetails, readRun } from './queries.ts';

/** Runs, with what `include` names of them, for documents of other rooms that include runs. */
export async function runResourcesWithRelated(
  platform: Platform,
  caller: Caller,
  ids: readonly string[],
  names: readonly string[],
): Promise<{ id: string; type: string }[]> {
  const runs = await Promise.all(ids.map(async (id) => await readRun(platform.db, caller, id)));
  const details = await readDetails(platform.db, runs);
  const rights = await workspaceRights(
    platform.db,
    caller,
    runs.map((run) => ({ id: run.workspace_id, organization_id: run.organization_id })),
  );
  return [
    ...details.map((detail) => runResource(detail, rights.get(detail.run.workspace_id))),
    ...(await includeWithRuns(platform, caller, details, names)),
  ];
}
