import { sql, type Kysely } from 'kysely';

/**
 * Indexes to find the rows that name a file, so that files without such a row can be deleted (blobs/sweep.ts), and the
 * id by which the files are known to belong to this database (blobs/belonging.ts).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table general_settings add column installation_id text`,
  `create index configuration_version_sha256 on configuration_version (sha256) where sha256 is not null`,
  `create index phase_artifact_sha256 on phase_artifact (sha256)`,
  `create index state_version_sha256 on state_version (sha256) where sha256 is not null`,
  `create index state_version_json_sha256 on state_version (json_state_sha256)
    where json_state_sha256 is not null`,
  `create index run_phase_errored_state_sha256 on run_phase (errored_state_sha256)
    where errored_state_sha256 is not null`,
  `create index run_phase_snapshot_sha256 on run_phase ((snapshot->>'sha256')) where snapshot is not null`,
];
