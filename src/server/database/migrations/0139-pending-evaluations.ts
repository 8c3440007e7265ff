import { sql, type Kysely } from 'kysely';

/** The policies of a stage exist from its start, as pending, and record the time of each status. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table policy_evaluation add column status_timestamps jsonb not null default '{}'`,
  `alter table policy_evaluation add column updated_at timestamptz not null default now()`,
  `update policy_evaluation set updated_at = created_at, status_timestamps = jsonb_build_object(status || '-at',
    to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'))`,
  `alter table policy_evaluation drop constraint policy_evaluation_status_check`,
  `alter table policy_evaluation add constraint policy_evaluation_status_check
    check (status in ('pending', 'passed', 'failed', 'errored', 'canceled'))`,
];
