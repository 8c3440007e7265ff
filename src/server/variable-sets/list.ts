import { sql, type SelectQueryBuilder } from 'kysely';
import * as z from 'zod';
import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { containing } from '../http/like-pattern.ts';
import { includeOf, oneOf } from '../http/list-query.ts';
import { pageOf, PageQuery } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import type { VariableSet } from './scopes.ts';
import { readableSets } from './service.ts';

export const SearchQuery = PageQuery.extend({ q: z.string().optional() });
const include = includeOf(['vars', 'workspaces', 'projects']);
export const IncludeQuery = z.object({ include });
export const OrganizationSetsQuery = SearchQuery.extend({
  include,
  'filter[global]': oneOf('true', 'false'),
  scope: oneOf('owned'),
});
export const ProjectSetsQuery = SearchQuery.extend({
  include,
  scope: oneOf('applied', 'shared', 'owned', 'all'),
});
export const WorkspaceSetsQuery = SearchQuery.extend({ include });

type SetQuery = SelectQueryBuilder<Database, 'varset', object>;
export type Narrow = (query: SetQuery) => SetQuery;

/** The sets that the caller may read, by name. `q` is a part of the name. */
export async function listSets(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  query: z.output<typeof SearchQuery>,
  narrow: Narrow,
): Promise<{ sets: VariableSet[]; totalCount: number }> {
  const page = pageOf(query);
  const readable = await readableSets(platform, caller, organizationId);
  const all = narrow(
    readable(
      platform.db
        .selectFrom('varset')
        .where('varset.organization_id', '=', organizationId)
        .where('varset.name', 'ilike', containing(query.q ?? '')),
    ),
  );
  const { rows: sets, totalCount } = await readPage(all.selectAll('varset').orderBy('varset.name'), page);
  return { sets, totalCount };
}

/** The sets of an organization: global ones or the others, and on request only those that no project owns. */
export function ofOrganization(query: z.output<typeof OrganizationSetsQuery>): Narrow {
  const { 'filter[global]': global, scope } = query;
  return (sets) =>
    sets
      .$if(Boolean(global), (some) => some.where('varset.is_global', '=', global === 'true'))
      .$if(scope === 'owned', (some) => some.where('varset.project_id', 'is', null));
}

/** The sets that a project's workspaces get through it, global ones included, and those that it owns, by `scope`. */
export function ofProject(projectId: string, scope = 'applied'): Narrow {
  const isOwn = sql<boolean>`varset.project_id = ${projectId}`;
  const isApplied = sql<boolean>`(varset.project_id is null or varset.project_id = ${projectId}) and (varset.is_global
    or exists (select from varset_project p where p.varset_id = varset.id and p.project_id = ${projectId}))`;
  const conditions: Record<string, typeof isOwn> = {
    owned: isOwn,
    shared: sql<boolean>`varset.project_id is null and ${isApplied}`,
    all: sql<boolean>`(${isOwn} or (${isApplied}))`,
  };
  return (sets) => sets.where(conditions[scope] ?? isApplied);
}

interface Place {
  id: string;
  project_id: string;
}

const reaches = (workspace: Place) =>
  sql<boolean>`(varset.is_global
    or exists (select from varset_project p where p.varset_id = varset.id and p.project_id = ${workspace.project_id})
    or exists (select from varset_workspace w where w.varset_id = varset.id and w.workspace_id = ${workspace.id}))`;

/** A set that a project owns is only for workspaces of that project. */
const isFor = (workspace: Place) =>
  sql<boolean>`(varset.project_id is null or varset.project_id = ${workspace.project_id})`;

/** The sets whose variables a workspace gets. */
export const reachingWorkspace =
  (workspace: Place): Narrow =>
  (sets) =>
    sets.where(isFor(workspace)).where(reaches(workspace));

/** The sets that a workspace could be given, and does not have yet. */
export const applicableTo =
  (workspace: Place): Narrow =>
  (sets) =>
    sets.where(isFor(workspace)).where(sql<boolean>`not ${reaches(workspace)}`);
