import { sql, type Kysely } from 'kysely';

/** The text that the platform itself writes at the end of a log when no runner can. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_phase add column log_end text`.execute(db);
}
