import { sql, type Kysely } from 'kysely';

/** Since when an agent takes no new steps, because somebody drains it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table agent add column drained_at timestamptz`.execute(db);
}
