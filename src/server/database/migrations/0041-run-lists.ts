import { sql, type Kysely } from 'kysely';

/** Indexes for lists of runs: each answers a page, and a total count, from the index alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Runs that wait for a runner or have one: few, whatever the history.
  `create index run_in_queue on run (organization_id, sequence)
    where status in ('plan_queued', 'planning', 'apply_queued', 'applying')`,
  // The default list of a workspace leaves plan-only runs out; its total is counted in the index, whatever the filter.
  `create index run_workspace_applyable on run (workspace_id, sequence desc)
    include (status, source, created_at, is_destroy, save_plan, refresh_only, allow_empty_apply)
    where not plan_only`,
];
