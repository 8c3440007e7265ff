import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Candidate, Origin } from './rules.ts';
import type { Variable } from './store.ts';

interface Found {
  /** Null for a variable of the workspace itself. */
  set_name: string | null;
  priority: boolean;
  owned_by_project: boolean;
  is_global: boolean;
  by_project: boolean;
  by_workspace: boolean;
}

/**
 * Every variable that reaches a workspace: its own and those of sets. A set that a project owns reaches only workspaces
 * in that project, also when its workspace has moved since. One statement, so that it sees one moment.
 */
export async function readApplicable(
  db: Kysely<Database>,
  workspaceId: string,
): Promise<Candidate<Variable>[]> {
  const { rows } = await sql<Variable & Found>`
    with place as (select id, organization_id, project_id from workspace where id = ${workspaceId}),
    reaching as (
      select varset.*,
        exists (select from varset_project p where p.varset_id = varset.id and p.project_id = place.project_id)
          as by_project,
        exists (select from varset_workspace w where w.varset_id = varset.id and w.workspace_id = place.id)
          as by_workspace
      from place join varset on varset.organization_id = place.organization_id
        and (varset.project_id is null or varset.project_id = place.project_id))
    select variable.*, reaching.name as set_name, coalesce(reaching.priority, false) as priority,
      reaching.project_id is not null as owned_by_project, coalesce(reaching.is_global, false) as is_global,
      coalesce(reaching.by_project, false) as by_project, coalesce(reaching.by_workspace, false) as by_workspace
    from variable
      left join reaching on reaching.id = variable.varset_id
    where variable.workspace_id = ${workspaceId}
      or reaching.is_global or reaching.by_project or reaching.by_workspace`.execute(db);
  return rows.flatMap((row) => originsOf(row).map((origin) => ({ origin, variable: row })));
}

function originsOf(found: Found): Origin[] {
  if (found.set_name === null) return [{ kind: 'workspace' }];
  const set = {
    kind: 'set',
    name: found.set_name,
    priority: found.priority,
    owner: found.owned_by_project ? 'project' : 'organization',
  } as const;
  return [
    ...(found.is_global ? [{ ...set, scope: 'global' as const }] : []),
    ...(found.by_project ? [{ ...set, scope: 'project' as const }] : []),
    ...(found.by_workspace ? [{ ...set, scope: 'workspace' as const }] : []),
  ];
}
