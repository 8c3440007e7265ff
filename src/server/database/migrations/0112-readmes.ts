import { sql, type Kysely } from 'kysely';

/** The README of each uploaded configuration that has one, so that reading a workspace never opens an archive. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table configuration_readme (
        configuration_version_id text primary key references configuration_version (id) on delete cascade,
        markdown text not null
      )`,
    )
    .execute(db);
}
