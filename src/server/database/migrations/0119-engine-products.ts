import { sql, type Kysely } from 'kysely';

/** The product that runs are made with: null leaves it to the organization, the server, and then the runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['organization', 'workspace', 'run'])
    await sql
      .raw(`alter table ${table} add column engine text check (engine in ('terraform', 'opentofu'))`)
      .execute(db);
}
