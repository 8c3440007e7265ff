import { sql, type Kysely } from 'kysely';

/** The run that each create request has made, so that its repetition after a lost answer makes no second one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table run_request (
    user_id text not null references users on delete cascade,
    key text not null,
    request_hash text not null,
    run_id text not null references run on delete cascade,
    created_at timestamptz not null default now(),
    primary key (user_id, key))`,
  `create index run_request_age on run_request (created_at)`,
  `create index run_request_run on run_request (run_id)`,
];
