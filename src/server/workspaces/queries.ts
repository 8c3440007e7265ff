import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';

/**
 * A workspace with the facts that its document needs. `current_run_id` follows api-contract §7.6: the run that holds
 * the workspace; else, behind a manual lock, the first waiting run; else the newest run that is not plan-only.
 */
export function selectWorkspaces(db: Kysely<Database>) {
  return db
    .selectFrom('workspace')
    .innerJoin('organization', 'organization.id', 'workspace.organization_id')
    .leftJoin('run as holder', (join) =>
      join.onRef('holder.workspace_id', '=', 'workspace.id').on('holder.holds_workspace', '=', true),
    )
    .leftJoin('users as locker', 'locker.id', 'workspace.locked_by')
    .leftJoin('team as locker_team', 'locker_team.service_user_id', 'workspace.locked_by')
    .selectAll('workspace')
    .select([
      'organization.name as organization_name',
      'holder.id as holder_run_id',
      'holder.status as holder_status',
      'locker.username as locker_name',
      'locker_team.id as locker_team_id',
      'locker_team.name as locker_team_name',
    ])
    .select(
      sql<string[]>`coalesce((select json_agg(tag.name order by tag.name) from workspace_tag
        join tag on tag.id = workspace_tag.tag_id where workspace_tag.workspace_id = workspace.id), '[]')`.as(
        'tag_names',
      ),
    )
    .select(
      sql<{ drifted: number | null; runId: string | null } | null>`(select json_build_object(
        'drifted', drifted, 'runId', drift_run_id) from state_version
        where state_version.id = workspace.current_state_version_id)`.as('drift'),
    )
    .select(
      sql<number>`coalesce((select resource_count from state_version
        where state_version.id = workspace.current_state_version_id), 0)`.as('resource_count'),
    )
    .select((select) =>
      select.fn
        .coalesce(
          'holder.id',
          select
            .selectFrom('run')
            .select('run.id')
            .whereRef('run.workspace_id', '=', 'workspace.id')
            .where('run.status', '=', 'pending')
            .where('run.plan_only', '=', false)
            .where('run.save_plan', '=', false)
            .where(sql<boolean>`workspace.locked_by is not null`)
            .orderBy('run.sequence')
            .limit(1),
          select
            .selectFrom('run')
            .select('run.id')
            .whereRef('run.workspace_id', '=', 'workspace.id')
            .where('run.plan_only', '=', false)
            // A saved plan does not belong to the workspace until it is applied.
            .where((where) =>
              where.or([where('run.save_plan', '=', false), where('run.confirmed_at', 'is not', null)]),
            )
            .orderBy('run.sequence', 'desc')
            .limit(1),
        )
        .as('current_run_id'),
    );
}

export type WorkspaceView = Awaited<
  ReturnType<ReturnType<typeof selectWorkspaces>['executeTakeFirstOrThrow']>
>;
