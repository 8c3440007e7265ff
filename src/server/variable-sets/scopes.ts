import type { Expression, Kysely, SqlBool } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';

export type VariableSet = Row<'varset'>;
export type ScopeKind = 'workspaces' | 'projects';

const scopePointer = (kind: ScopeKind): string => `/data/relationships/${kind}`;

/**
 * Gives a set to workspaces or projects. The database refuses those of another organization; here it is explained.
 *
 * @throws 422 a global set; a workspace or project that is missing or outside of the project of the set
 */
export async function addScopes(
  tx: Tx,
  set: VariableSet,
  kind: ScopeKind,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  if (set.is_global) {
    refuse(
      'unprocessable',
      'A global set reaches every workspace already: set global to false first.',
      scopePointer(kind),
    );
  }
  const reachable = await tx
    .selectFrom(kind === 'workspaces' ? 'workspace' : 'project')
    .select('id')
    .where('organization_id', '=', set.organization_id)
    .$if(set.project_id !== null, (query) =>
      query.where(kind === 'workspaces' ? 'project_id' : 'id', '=', set.project_id ?? ''),
    )
    .where('id', 'in', ids)
    .execute();
  const missing = ids.find((id) => !reachable.some((row) => row.id === id));
  if (missing !== undefined) {
    const where = set.project_id === null ? 'organization' : 'project that owns the set';
    refuse('unprocessable', `"${missing}" is not one of the ${kind} of the ${where}.`, scopePointer(kind));
  }
  const own = { organization_id: set.organization_id, varset_id: set.id };
  const uniqueIds = [...new Set(ids)];
  const insert =
    kind === 'workspaces'
      ? tx.insertInto('varset_workspace').values(uniqueIds.map((id) => ({ ...own, workspace_id: id })))
      : tx.insertInto('varset_project').values(uniqueIds.map((id) => ({ ...own, project_id: id })));
  await insert.onConflict((conflict) => conflict.doNothing()).execute();
}

/** Workspaces or projects without the set are ignored silently. @param ids undefined: all of them */
export async function removeScopes(
  tx: Tx,
  set: VariableSet,
  kind: ScopeKind,
  ids?: readonly string[],
): Promise<void> {
  if (ids?.length === 0) return;
  if (kind === 'workspaces') {
    await tx
      .deleteFrom('varset_workspace')
      .where('varset_id', '=', set.id)
      .$if(ids !== undefined, (query) => query.where('workspace_id', 'in', ids ?? []))
      .execute();
  } else {
    await tx
      .deleteFrom('varset_project')
      .where('varset_id', '=', set.id)
      .$if(ids !== undefined, (query) => query.where('project_id', 'in', ids ?? []))
      .execute();
  }
}

/** With the same key in two global sets, only the sets' names would decide which one counts (api-contract §5.5). */
export async function refuseGlobalConflicts(tx: Tx, set: VariableSet): Promise<void> {
  if (!set.is_global) return;
  const conflict = await tx
    .selectFrom('variable as mine')
    .innerJoin('variable as theirs', (join) =>
      join
        .onRef('theirs.key', '=', 'mine.key')
        .onRef('theirs.category', '=', 'mine.category')
        .onRef('theirs.varset_id', '<>', 'mine.varset_id'),
    )
    .innerJoin('varset', 'varset.id', 'theirs.varset_id')
    .select(['mine.key', 'varset.name'])
    .where('mine.varset_id', '=', set.id)
    .where('varset.organization_id', '=', set.organization_id)
    .where('varset.is_global', '=', true)
    .limit(1)
    .executeTakeFirst();
  if (conflict !== undefined) {
    refuse('unprocessable', `The key ${conflict.key} is in the global set ${conflict.name} already.`);
  }
}

export interface SetDetails {
  set: VariableSet;
  variableIds: string[];
  workspaceIds: string[];
  projectIds: string[];
}

/** The rows of `workspace` and of `project` that the reader may know of. */
interface Readable {
  workspaces: Expression<SqlBool>;
  projects: Expression<SqlBool>;
}

/** The facts that the documents of sets need, for a whole page in three queries. */
export async function readSetDetails(
  db: Kysely<Database>,
  sets: readonly VariableSet[],
  readable: Readable,
): Promise<SetDetails[]> {
  if (sets.length === 0) return [];
  const ids = sets.map(({ id }) => id);
  const variables = await db
    .selectFrom('variable')
    .select(['id', 'varset_id'])
    .where('varset_id', 'in', ids)
    .orderBy('key')
    .orderBy('category', 'desc')
    .execute();
  const workspaces = await db
    .selectFrom('varset_workspace')
    .innerJoin('workspace', 'workspace.id', 'varset_workspace.workspace_id')
    .select(['workspace.id', 'varset_id'])
    .where('varset_id', 'in', ids)
    .where(readable.workspaces)
    .orderBy('workspace.id')
    .execute();
  const projects = await db
    .selectFrom('varset_project')
    .innerJoin('project', 'project.id', 'varset_project.project_id')
    .select(['project.id', 'varset_id'])
    .where('varset_id', 'in', ids)
    .where(readable.projects)
    .orderBy('project.id')
    .execute();
  return sets.map((set) => {
    const own = (rows: { id: string; varset_id: string | null }[]): string[] =>
      rows.filter(({ varset_id }) => varset_id === set.id).map(({ id }) => id);
    return { set, variableIds: own(variables), workspaceIds: own(workspaces), projectIds: own(projects) };
  });
}
