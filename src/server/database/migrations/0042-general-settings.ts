import { sql, type Kysely } from 'kysely';

/** The settings of the whole server that administrators change while it runs: one row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table general_settings (
    id integer primary key default 1 check (id = 1),
    rate_limiting_enabled boolean not null default true,
    updated_at timestamptz not null default now())`,
  `insert into general_settings default values`,
];
