import { sql, type Kysely } from 'kysely';
import type { Database } from '../../src/server/database/schema.ts';

export const ORGANIZATION = 'org-bench';
const RUNS_PER_WORKSPACE = 100;

export const runId = (index: number): string => `run-${String(index).padStart(16, '0')}`;
export const workspaceId = (index: number): string => `ws-${String(index).padStart(16, '0')}`;
export const workspacesOf = (runs: number): number => runs / RUNS_PER_WORKSPACE;

const id = (prefix: string, number: string) => sql.raw(`'${prefix}-' || lpad((${number})::text, 16, '0')`);

/**
 * Finished runs, made in the database itself: with their plans, applies and events, spread evenly over workspaces,
 * the newest ones last in each. The trigger that makes every run start as pending is off meanwhile.
 */
export async function fillRuns(db: Kysely<Database>, from: number, to: number): Promise<void> {
  const [workspaces, already] = [workspacesOf(to), workspacesOf(from)];
  if (from === 0) {
    await sql`insert into organization (id, name, email) values (${ORGANIZATION}, 'bench', 'a@example.com')`.execute(
      db,
    );
    await sql`insert into project (id, organization_id, name, is_default)
      values ('prj-bench', ${ORGANIZATION}, 'Default Project', true)`.execute(db);
  }
  await sql`insert into workspace (id, organization_id, project_id, name)
    select ${id('ws', 'n')}, ${ORGANIZATION}, 'prj-bench', 'workspace-' || n
    from generate_series(${already}::int, ${workspaces - 1}::int) n`.execute(db);
  await sql`insert into configuration_version (id, workspace_id, source, status, sha256)
    select ${id('cv', 'n')}, ${id('ws', 'n')}, 'tfe-api', 'uploaded', 'none'
    from generate_series(${already}::int, ${workspaces - 1}::int) n`.execute(db);
  await sql.raw('alter table run disable trigger user').execute(db);
  await sql`insert into run (id, organization_id, workspace_id, configuration_version_id, status, message, source,
      plan_only, save_plan, is_destroy, auto_apply, refresh, refresh_only, allow_empty_apply, allow_config_generation,
      debugging_mode, terraform_version, has_changes, confirmed_at, status_timestamps)
    select ${id('run', 'n')}, ${ORGANIZATION}, ${id('ws', `n % ${workspaces}`)}, ${id('cv', `n % ${workspaces}`)},
      case when n % 10 = 0 then 'errored' when n % 10 < 3 then 'planned_and_finished' else 'applied' end,
      'Deploy infrastructure changes', case when n % 2 = 0 then 'tfe-api' else 'tfe-cli' end,
      n % 10 = 1, false, n % 50 = 7, false, true, false, false, false, false, '1.11.4', n % 10 >= 3, now(),
      '{"plan-queueable-at": "2026-01-01T00:00:00+00:00", "planned-at": "2026-01-01T00:00:10+00:00"}'
    from generate_series(${from}::int, ${to - 1}::int) n`.execute(db);
  await sql.raw('alter table run enable trigger user').execute(db);
  await sql`insert into run_phase (id, run_id, kind, status, structured_log, runner_name, additions, changes, destructions)
    select case when kind = 'plan' then ${id('plan', 'n')} else ${id('apply', 'n')} end, ${id('run', 'n')}, kind,
      'finished', true, 'a-runner', 3, 2, 1
    from generate_series(${from}::int, ${to - 1}::int) n cross join (values ('plan'), ('apply')) kinds (kind)`.execute(
    db,
  );
  await sql`insert into run_event (id, run_id, action)
    select ${id('re', 'n * 4 + place')}, ${id('run', 'n')}, action
    from generate_series(${from}::int, ${to - 1}::int) n
      cross join (values (0, 'queued'), (1, 'planning'), (2, 'planned'), (3, 'applied')) events (place, action)`.execute(
    db,
  );
  await sql.raw('vacuum analyze').execute(db);
}
