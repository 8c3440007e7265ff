import { sql, type Kysely } from 'kysely';

/** What machine a step was executed on, and the providers and modules that it worked with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table run_phase add column platform text, add column providers jsonb, add column modules jsonb`,
    )
    .execute(db);
}
