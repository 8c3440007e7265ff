import { sql, type Kysely } from 'kysely';

/** Runs that never apply automatically, because a person behind them may not apply (docs/adr/0081). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run add column needs_confirmation boolean not null default false`.execute(db);
}
