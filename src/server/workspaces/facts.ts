import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { mergeBindings, type EffectiveBinding, type TagBinding } from '../tags/bindings.ts';
import type { WorkspaceView } from './queries.ts';

/** Figures about the newest runs of a workspace that applied or failed (api-contract §5.3). */
interface RunKpis {
  runs: number;
  failures: number;
  /** Runs in which a policy failed that does more than advise, overridden or not. */
  policyFailures: number;
  /** Milliseconds; null if none of them has finished one. */
  planMs: number | null;
  applyMs: number | null;
  /** The end of the newest one that applied; null: all of them failed. */
  lastAppliedAt: string | null;
}

/** The facts of a workspace's document beside its row. */
export interface WorkspaceFacts {
  latestRunId: string | null;
  hasReadme: boolean;
  outputIds: readonly string[];
  variableIds: readonly string[];
  bindings: readonly EffectiveBinding[];
  latestChangeAt: Date;
  /** Undefined before the first such run. */
  kpis: RunKpis | undefined;
}

/** For a whole page, in three queries. */
export async function readWorkspaceFacts(
  db: Kysely<Database>,
  workspaces: readonly WorkspaceView[],
): Promise<ReadonlyMap<string, WorkspaceFacts>> {
  if (workspaces.length === 0) return new Map();
  const ids = workspaces.map(({ id }) => id);
  const related = await readRelated(db, ids);
  const kpis = await readKpis(db, ids);
  const runIds = workspaces.map(({ current_run_id: id }) => id).filter((id) => id !== null);
  const runs =
    runIds.length === 0
      ? []
      : await db.selectFrom('run').select(['id', 'updated_at']).where('id', 'in', runIds).execute();
  const runChanges = new Map(runs.map(({ id, updated_at }) => [id, updated_at]));
  return new Map(
    workspaces.map((workspace) => {
      const more = related.get(workspace.id);
      const changes = [
        workspace.updated_at,
        more?.state_created_at,
        runChanges.get(workspace.current_run_id ?? ''),
      ];
      const latest = Math.max(...changes.map((date) => date?.getTime() ?? 0));
      const facts: WorkspaceFacts = {
        latestRunId: more?.latest_run_id ?? null,
        hasReadme: more?.has_readme ?? false,
        outputIds: more?.output_ids ?? [],
        variableIds: more?.variable_ids ?? [],
        bindings: mergeBindings(more?.own_bindings ?? [], more?.project_bindings ?? []),
        latestChangeAt: new Date(latest),
        kpis: kpis.get(workspace.id),
      };
      return [workspace.id, facts];
    }),
  );
}

async function readRelated(db: Kysely<Database>, ids: readonly string[]) {
  const rows = await db
    .selectFrom('workspace')
    .leftJoin('state_version as state', 'state.id', 'workspace.current_state_version_id')
    .leftJoin('configuration_version as configuration', (join) =>
      join
        .onRef('configuration.id', '=', 'workspace.current_configuration_version_id')
        .on('configuration.status', '=', 'uploaded'),
    )
    .leftJoin('configuration_readme as readme', 'readme.configuration_version_id', 'configuration.id')
    .select(['workspace.id', 'state.created_at as state_created_at'])
    .select([
      sql<boolean>`readme.configuration_version_id is not null`.as('has_readme'),
      sql<string | null>`(select run.id from run where run.workspace_id = workspace.id
        order by run.sequence desc limit 1)`.as('latest_run_id'),
      sql<string[] | null>`(select json_agg(output.id order by output.name) from state_version_output output
        where output.state_version_id = state.id)`.as('output_ids'),
      sql<string[] | null>`(select json_agg(variable.id order by variable.key, variable.category desc)
        from variable where variable.workspace_id = workspace.id)`.as('variable_ids'),
      sql<TagBinding[] | null>`(select json_agg(json_build_object('key', binding.key, 'value', binding.value))
        from workspace_tag_binding binding where binding.workspace_id = workspace.id)`.as('own_bindings'),
      sql<TagBinding[] | null>`(select json_agg(json_build_object('key', binding.key, 'value', binding.value))
        from project_tag_binding binding where binding.project_id = workspace.project_id)`.as(
        'project_bindings',
      ),
    ])
    .where('workspace.id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The number of runs in the figures. */
const KPI_RUNS = 30;

const elapsedMs = (phase: 'plan' | 'apply') => {
  const at = (word: string) => sql`(${sql.ref(phase)}.status_timestamps->>${sql.lit(word)})::timestamptz`;
  return sql<
    number | null
  >`(avg(extract(epoch from ${at('finished-at')} - ${at('started-at')})) * 1000)::float8`;
};

async function readKpis(db: Kysely<Database>, ids: readonly string[]) {
  const { rows } = await sql<{
    workspace_id: string;
    runs: number;
    failures: number;
    policy_failures: number;
    plan_ms: number | null;
    apply_ms: number | null;
    last_applied_at: string | null;
  }>`
    select recent.workspace_id, count(*)::int as runs,
      (count(*) filter (where recent.status = 'errored'))::int as failures,
      (count(*) filter (where exists (select from policy_check where policy_check.run_id = recent.id
          and policy_check.status in ('soft_failed', 'hard_failed', 'overridden'))
        or exists (select from task_stage where task_stage.run_id = recent.id
          and task_stage.policy_status in ('soft_failed', 'hard_failed'))))::int as policy_failures,
      max(recent.applied_at) as last_applied_at, ${elapsedMs('plan')} as plan_ms, ${elapsedMs('apply')} as apply_ms
    from workspace
    cross join lateral (
      select run.id, run.workspace_id, run.status, run.status_timestamps->>'applied-at' as applied_at from run
      where run.workspace_id = workspace.id and not run.plan_only and run.status in ('applied', 'errored')
      order by run.sequence desc limit ${sql.lit(KPI_RUNS)}
    ) recent
    left join run_phase plan on plan.run_id = recent.id and plan.kind = 'plan'
    left join run_phase apply on apply.run_id = recent.id and apply.kind = 'apply'
    where workspace.id in (${sql.join(ids)})
    group by recent.workspace_id`.execute(db);
  const rounded = (ms: number | null) => (ms === null ? null : Math.round(ms));
  return new Map<string, RunKpis>(
    rows.map(({ workspace_id: id, runs, failures, policy_failures, plan_ms, apply_ms, last_applied_at }) => [
      id,
      {
        runs,
        failures,
        policyFailures: policy_failures,
        planMs: rounded(plan_ms),
        applyMs: rounded(apply_ms),
        lastAppliedAt: last_applied_at,
      },
    ]),
  );
}
