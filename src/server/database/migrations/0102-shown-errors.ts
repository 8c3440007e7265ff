import { sql, type Kysely } from 'kysely';

/** When the terraform CLI has read the log of a failed phase; a step no longer has to wait for that. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`alter table run_phase add column error_shown_at timestamptz, drop column not_before`)
    .execute(db);
}
