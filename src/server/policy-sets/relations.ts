import { sql } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { canInOrganization } from '../access/permissions.ts';
import { readableProjects, readableWorkspaces } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { PolicySet, SetRelations } from './document.ts';

interface Given {
  policy_set_id: string;
  id: string;
  excluded: boolean;
}

/**
 * The members of sets of one organization, in few queries for all of them. Workspaces and projects that the caller may
 * not read are neither named nor counted; a manager of policies sees all.
 */
export async function readSetRelations(
  { db }: Pick<Platform, 'db'>,
  caller: Caller,
  sets: readonly PolicySet[],
): Promise<Map<string, SetRelations>> {
  const [first] = sets;
  if (first === undefined) return new Map();
  const ids = sets.map(({ id }) => id);
  const all = sql<boolean>`true`;
  const managesAll = await canInOrganization(db, caller, first.organization_id, 'manage-policies');
  const [mayReadWorkspace, mayReadProject] = managesAll
    ? [all, all]
    : [
        await readableWorkspaces(db, caller, first.organization_id),
        await readableProjects(db, caller, first.organization_id),
      ];
  const { rows: workspaces } = await sql<Given>`
    select given.policy_set_id, workspace.id, given.excluded from workspace
      join policy_set_workspace given on given.workspace_id = workspace.id
    where given.policy_set_id in (${sql.join(ids)}) and ${mayReadWorkspace}
    order by workspace.id`.execute(db);
  const { rows: projects } = await sql<Given>`
    select given.policy_set_id, project.id, given.excluded from project
      join policy_set_project given on given.project_id = project.id
    where given.policy_set_id in (${sql.join(ids)}) and ${mayReadProject}
    order by project.id`.execute(db);
  const policies = await db
    .selectFrom('policy_set_policy')
    .select(['policy_set_id', 'policy_id as id'])
    .where('policy_set_id', 'in', ids)
    .orderBy('policy_id')
    .execute();
  const versions = await db
    .selectFrom('policy_set_version')
    .select(['id', 'policy_set_id', 'policies'])
    .where('policy_set_id', 'in', ids)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return new Map(
    sets.map((set) => {
      const own = <T extends { policy_set_id: string }>(rows: readonly T[]): T[] =>
        rows.filter(({ policy_set_id }) => policy_set_id === set.id);
      const given = (rows: readonly Given[], excluded: boolean): string[] =>
        own(rows).flatMap((row) => (row.excluded === excluded ? [row.id] : []));
      return [
        set.id,
        {
          policies: own(policies).map(({ id }) => id),
          workspaces: given(workspaces, false),
          projects: given(projects, false),
          excludedWorkspaces: given(workspaces, true),
          excludedProjects: given(projects, true),
          newestVersionId: own(versions)[0]?.id ?? null,
          uploadedPolicies: versions.find(({ id }) => id === set.current_version_id)?.policies.length ?? 0,
        },
      ];
    }),
  );
}
