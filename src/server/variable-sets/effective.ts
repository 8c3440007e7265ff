import type { Caller } from '../access/caller.ts';
import { requireInWorkspace } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import { readApplicable } from '../variables/applicable.ts';
import { variableList, variableResource } from '../variables/document.ts';
import { rankCandidates } from '../variables/rules.ts';
import type { Variable } from '../variables/store.ts';
import { readWorkspace } from '../workspaces/service.ts';
import { setDocuments } from './document.ts';
import { readableSets } from './service.ts';

/**
 * The list of the variables that count in a workspace.
 *
 * @param view one moment of the database
 * @param include `overwritten`: those that they hide, by precedence; `varset`: the sets of all of them
 * @throws 404 when the caller may not read the variables of the workspace
 */
export async function readEffective(view: Platform, caller: Caller, id: string, include: readonly string[]) {
  const workspace = await readWorkspace(view, caller, id);
  await requireInWorkspace(view.db, caller, workspace, 'read-variables');
  const ranked = rankCandidates(await readApplicable(view.db, workspace.id));
  const list = variableList(ranked.flatMap(([winner]) => winner ?? []));
  if (include.length === 0) return list;
  const sets = await readSetsOf(view, caller, workspace.organization_id, ranked.flat());
  const isReadable = ({ varset_id }: Variable): boolean =>
    varset_id === null || sets.some((set) => set.id === varset_id);
  const hidden = new Map(ranked.map(([winner, ...rest]) => [winner?.id, rest.filter(isReadable)]));
  const withHidden = include.includes('overwritten');
  const documents = include.includes('varset') ? (await setDocuments(view, caller, sets)).data : [];
  return {
    ...list,
    data: withHidden
      ? list.data.map(({ relationships, ...winner }) => {
          const data = (hidden.get(winner.id) ?? []).map((variable) => ({ id: variable.id, type: 'vars' }));
          return { ...winner, relationships: { ...relationships, overwritten: { data } } };
        })
      : list.data,
    included: [...(withHidden ? [...hidden.values()].flat().map(variableResource) : []), ...documents],
  };
}

/** The sets of these variables, if the caller may read them: others are neither named nor shown for what they lose. */
async function readSetsOf(
  view: Platform,
  caller: Caller,
  organizationId: string,
  variables: readonly Variable[],
) {
  const ids = [...new Set(variables.flatMap(({ varset_id }) => varset_id ?? []))];
  if (ids.length === 0) return [];
  const narrow = await readableSets(view, caller, organizationId);
  return await narrow(view.db.selectFrom('varset').where('varset.id', 'in', ids))
    .selectAll()
    .orderBy('name')
    .execute();
}
