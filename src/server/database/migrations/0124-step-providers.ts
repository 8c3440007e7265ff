import { sql, type Kysely } from 'kysely';

/** The platform on which a step was executed, and its providers and modules. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table run_phase add column platform text, add column providers jsonb, add column modules jsonb`,
    )
    .execute(db);
}
