import { sql, type Kysely } from 'kysely';

/** What the platform itself says at the end of a log, where no runner can. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_phase add column log_end text`.execute(db);
}
