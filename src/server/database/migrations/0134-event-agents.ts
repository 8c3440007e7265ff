import { sql, type Kysely } from 'kysely';

/** The agent that acted for the person whose name is on an event. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_event add column agent text`.execute(db);
}
