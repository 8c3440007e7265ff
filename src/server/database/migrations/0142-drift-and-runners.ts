import { sql, type Kysely } from 'kysely';

/**
 * What the newest whole plan of a state found to be changed outside of terraform, and when the runners of the server
 * itself, which are in no pool, last asked for work.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table state_version add column drifted int check (drifted >= 0)`,
  `alter table state_version add column drift_run_id text references run on delete set null`,
  `create index state_version_drift_run on state_version (drift_run_id) where drift_run_id is not null`,
  `create table server_runner (
    identity text primary key,
    name text not null,
    last_seen_at timestamptz not null)`,
];
