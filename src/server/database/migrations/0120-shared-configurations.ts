import { sql, type Kysely } from 'kysely';

/** A run may work on a configuration version of another workspace of its organization. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table run drop constraint run_workspace_id_configuration_version_id_fkey,
    add constraint run_configuration_version_id_fkey
      foreign key (configuration_version_id) references configuration_version (id)`,
  `create index run_configuration_version on run (configuration_version_id)`,
];
