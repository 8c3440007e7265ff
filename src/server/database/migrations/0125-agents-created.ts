import { sql, type Kysely } from 'kysely';

/** Agents are listed in the order in which they first came; existing agents come before all later ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table agent add column created_at timestamptz not null default now()').execute(db);
}
