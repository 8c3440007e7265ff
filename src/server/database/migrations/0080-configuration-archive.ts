import { sql, type Kysely } from 'kysely';

/**
 * Configuration versions whose archive is deleted: for good, or so that it can be restored (api-contract §5.6). The
 * database prevents a version that runs can use without its archive, and an archive that is named by a version which is
 * said to have none.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table configuration_version
    drop constraint configuration_version_status_check,
    drop constraint configuration_version_check,
    add column archived_at timestamptz,
    add column backing_data_deleted_at timestamptz`,
  `update configuration_version set sha256 = null, size_bytes = null, archived_at = now() where status = 'archived'`,
  `alter table configuration_version
    add constraint configuration_version_status_check check (status in ('pending', 'fetching', 'uploaded', 'errored',
      'archived', 'backing_data_soft_deleted', 'backing_data_permanently_deleted')),
    add constraint configuration_version_archive_check check
      ((status in ('uploaded', 'backing_data_soft_deleted')) = (sha256 is not null)),
    add constraint configuration_version_archived_check check (status <> 'archived' or archived_at is not null)`,
];
