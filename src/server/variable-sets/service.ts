import type { SelectQueryBuilder } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { canInOrganization } from '../access/permissions.ts';
import { projectRights } from '../access/rights.ts';
import { differences, recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Asked } from '../http/permission.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken, refuseTakenName } from '../http/taken-name.ts';
import { readProject } from '../projects/service.ts';
import { createVariable, updateVariable, type Owner } from '../variables/store.ts';
import type { NewSet, NewSetRelationships, SetChange, SetRelationships } from './attributes.ts';
import {
  addScopes,
  refuseGlobalConflicts,
  removeScopes,
  type ScopeKind,
  type VariableSet,
} from './scopes.ts';

const record = recorderOf('varsets');

export const ownerOf = (set: VariableSet): Owner => ({
  column: 'varset_id',
  id: set.id,
  organizationId: set.organization_id,
});

type SetScope = Pick<VariableSet, 'organization_id' | 'project_id'>;

/** The permissions for a set, by its owner. */
const WORDS = {
  read: { organization: 'member', project: 'read-variable-sets' },
  write: { organization: 'manage-workspaces', project: 'write-variable-sets' },
} as const;

/** The permission of an endpoint about a set. */
export const setPermission = (access: 'read' | 'write'): Asked => ({
  organizations: `organization:${WORDS[access].organization}`,
  projects: `project:${WORDS[access].project}`,
});

/** The sets with which the caller may do this, in few queries for all of them. */
async function allowedSets<Set extends SetScope>(
  { db }: Platform,
  caller: Caller,
  sets: readonly Set[],
  access: 'read' | 'write',
): Promise<Set[]> {
  const owners = sets.flatMap(({ project_id: id, organization_id }) =>
    id === null ? [] : [[id, { id, organization_id }] as const],
  );
  const rights = await projectRights(db, caller, [...new Map(owners).values()]);
  const allowed: Set[] = [];
  for (const set of sets) {
    const { organization_id, project_id } = set;
    const isAllowed =
      project_id === null
        ? await canInOrganization(db, caller, organization_id, WORDS[access].organization)
        : rights.get(project_id)?.has(WORDS[access].project);
    if (isAllowed) allowed.push(set);
  }
  return allowed;
}

async function canDo(platform: Platform, caller: Caller, set: SetScope, access: 'read' | 'write') {
  return (await allowedSets(platform, caller, [set], access)).length > 0;
}

export async function updatableSets(
  platform: Platform,
  caller: Caller,
  sets: readonly VariableSet[],
): Promise<ReadonlySet<string>> {
  return new Set((await allowedSets(platform, caller, sets, 'write')).map(({ id }) => id));
}

/** @throws 404 when it does not exist, or the caller may not do this with it */
export async function readSet(
  platform: Platform,
  caller: Caller,
  id: string,
  access: 'read' | 'write',
): Promise<VariableSet> {
  const set = await platform.db.selectFrom('varset').selectAll().where('id', '=', id).executeTakeFirst();
  if (set === undefined || !(await canDo(platform, caller, set, access))) refuse('not_found');
  return set;
}

/**
 * Runs `change` with the set as it is now. Changes of an organization's sets wait for each other, so that no two of
 * them create an unseen conflict between global sets.
 */
export async function changeSet<T>(
  { db }: Platform,
  { id, organization_id }: VariableSet,
  change: (tx: Tx, set: VariableSet) => Promise<T>,
): Promise<T> {
  return await transact(db, async (tx) => {
    await lockSets(tx, organization_id);
    const set = await tx.selectFrom('varset').selectAll().where('id', '=', id).executeTakeFirst();
    const result = await change(tx, set ?? refuse('not_found'));
    const after = await tx.selectFrom('varset').selectAll().where('id', '=', id).executeTakeFirst();
    if (after !== undefined) await refuseGlobalConflicts(tx, after);
    return result;
  });
}

export async function createSet(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  attributes: NewSet,
  relationships: NewSetRelationships,
): Promise<VariableSet> {
  const parent = relationships?.parent?.data;
  const project = parent?.type === 'projects' ? await readProject(platform, caller, parent.id) : undefined;
  if (project !== undefined && project.organization_id !== organizationId) refuse('not_found');
  const columns = {
    name: attributes.name,
    description: attributes.description ?? '',
    is_global: attributes.global ?? false,
    priority: attributes.priority ?? false,
    project_id: project?.id ?? null,
  };
  const scope = { organization_id: organizationId, project_id: columns.project_id };
  if (!(await canDo(platform, caller, scope, 'write'))) refuse('not_found');
  refuseGlobalOfProject(columns);
  return await transact(platform.db, async (tx) => {
    await lockSets(tx, organizationId);
    const set = await tx
      .insertInto('varset')
      .values({ ...columns, id: newId('varset'), organization_id: organizationId })
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (set === undefined) return refuseTakenName();
    const vars = relationships?.vars?.data ?? [];
    for (const [index, variable] of vars.entries()) {
      const pointer = `/data/relationships/vars/data/${index}/attributes`;
      await createVariable(platform, tx, caller, ownerOf(set), variable.attributes, pointer);
    }
    for (const kind of ['workspaces', 'projects'] as const) {
      await addScopes(tx, set, kind, idsOf(relationships?.[kind]) ?? []);
    }
    await refuseGlobalConflicts(tx, set);
    await record(tx, caller, set, 'create', { after: columns });
    return set;
  });
}

/** Changes only the given attributes; given workspaces or projects replace those it had. */
export async function updateSet(
  platform: Platform,
  caller: Caller,
  seen: VariableSet,
  change: SetChange,
  relationships: SetRelationships,
): Promise<VariableSet> {
  return await changeSet(platform, seen, async (tx, before) => {
    const columns = {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      is_global: change.global ?? before.is_global,
      priority: change.priority ?? before.priority,
    };
    refuseGlobalOfProject({ ...columns, project_id: before.project_id });
    refuseOtherParent(before, relationships?.parent?.data);
    const set = await tx
      .updateTable('varset')
      .set({ ...columns, updated_at: new Date() })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow()
      .catch(refuseIfNameIsTaken);
    for (const kind of ['workspaces', 'projects'] as const) {
      const ids = idsOf(relationships?.[kind]);
      // A set that becomes global loses its workspaces and projects.
      if (ids !== undefined || (set.is_global && !before.is_global)) await removeScopes(tx, set, kind);
      await addScopes(tx, set, kind, ids ?? []);
      if (ids !== undefined) await record(tx, caller, set, 'update', { after: { [kind]: ids } });
    }
    for (const [index, variable] of (relationships?.vars?.data ?? []).entries()) {
      const pointer = `/data/relationships/vars/data/${index}/attributes`;
      const owner = ownerOf(set);
      if (typeof variable.id !== 'string')
        await createVariable(platform, tx, caller, owner, variable.attributes, pointer);
      else if (variable.attributes)
        await updateVariable(platform, tx, caller, owner, variable.id, variable.attributes, pointer);
    }
    await record(tx, caller, set, 'update', differences(before, columns));
    return set;
  });
}

export async function deleteSet(platform: Platform, caller: Caller, set: VariableSet): Promise<void> {
  await changeSet(platform, set, async (tx, before) => {
    await tx.deleteFrom('varset').where('id', '=', before.id).execute();
    await record(tx, caller, before, 'destroy', { before: { name: before.name } });
  });
}

export async function changeScopes(
  platform: Platform,
  caller: Caller,
  seen: VariableSet,
  kind: ScopeKind,
  action: 'add' | 'remove',
  ids: readonly string[],
): Promise<void> {
  await changeSet(platform, seen, async (tx, set) => {
    await (action === 'add' ? addScopes : removeScopes)(tx, set, kind, ids);
    await record(tx, caller, set, `${action}_${kind}`, { after: { [kind]: ids } });
  });
}

type SetQuery = SelectQueryBuilder<Database, 'varset', object>;

/** The sets that the caller may read: members read those of the organization, a project's need a right in it. */
export async function readableSets(platform: Platform, caller: Caller, organizationId: string) {
  const owned = await platform.db
    .selectFrom('varset')
    .select(['organization_id', 'project_id'])
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('project_id', 'is not', null)
    .execute();
  const shared = { organization_id: organizationId, project_id: null };
  const readable = await allowedSets<SetScope>(platform, caller, [shared, ...owned], 'read');
  const projectIds = readable.flatMap(({ project_id: id }) => id ?? []);
  return (query: SetQuery) =>
    query.where((where) =>
      where.or([
        ...(readable.includes(shared) ? [where('varset.project_id', 'is', null)] : []),
        ...(projectIds.length > 0 ? [where('varset.project_id', 'in', projectIds)] : []),
      ]),
    );
}

const idsOf = (related: { data: { id: string }[] } | null | undefined): string[] | undefined =>
  related?.data.map(({ id }) => id);

function refuseGlobalOfProject(set: { is_global: boolean; project_id: string | null }): void {
  if (set.is_global && set.project_id !== null) {
    refuse('unprocessable', 'global: a set that a project owns cannot be global', '/data/attributes/global');
  }
}

/** @throws 422 for another owner: a set keeps its owner, who decides who may change it */
function refuseOtherParent(set: VariableSet, parent: { type: string; id: string } | null | undefined): void {
  if (!parent || (parent.type === 'projects' ? parent.id : null) === set.project_id) return;
  refuse(
    'unprocessable',
    'parent: cannot be changed; make another set that has this owner',
    '/data/relationships/parent',
  );
}

async function lockSets(tx: Tx, organizationId: string): Promise<void> {
  await tx
    .selectFrom('organization')
    .select('id')
    .where('id', '=', organizationId)
    .forNoKeyUpdate()
    .execute();
}
