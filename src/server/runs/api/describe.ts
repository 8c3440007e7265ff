import type { Caller } from '../../access/caller.ts';
import { workspaceRights } from '../../access/rights.ts';
import type { Platform } from '../../context.ts';
import { parseInclude } from '../../http/json-api.ts';
import { runResource } from '../document.ts';
import { includeWithRuns } from '../../includes/with-runs.ts';
import { readDetails, workspaceOf, type RunDetails } from '../queries.ts';
import { statusForTerraform } from '../terraform-status.ts';
import type { Run } from '../transitions.ts';

/**
 * The documents of runs with the caller's rights to each, and the resources that `include` names.
 *
 * @param forTerraform the statuses are those that the terraform CLI understands
 */
export async function describeRuns(
  platform: Platform,
  caller: Caller,
  runs: readonly Run[],
  include: string | undefined,
  forTerraform = false,
) {
  return await describeDetails(platform, caller, await readDetails(platform.db, runs), include, forTerraform);
}

/** As {@link describeRuns}, for details that were read already. */
export async function describeDetails(
  platform: Platform,
  caller: Caller,
  details: readonly RunDetails[],
  include: string | undefined,
  forTerraform = false,
) {
  const runs = details.map(({ run }) => run);
  const rights = await workspaceRights(platform.db, caller, runs.map(workspaceOf));
  const included = await includeWithRuns(platform, caller, details, parseInclude(include));
  const data = details.map((detail) =>
    runResource(
      detail,
      rights.get(detail.run.workspace_id),
      forTerraform ? statusForTerraform(detail) : undefined,
    ),
  );
  return { data, ...(included.length > 0 ? { included } : {}) };
}
