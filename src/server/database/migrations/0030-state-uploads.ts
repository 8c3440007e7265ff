import { sql, type Kysely } from 'kysely';

/**
 * State versions that clients make: in one request, or announced first and uploaded afterwards (api-contract §5.7). The
 * database prevents a finalized version without its file, and two uploads announced at once in one workspace.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table state_version
    add column sequence bigint generated always as identity,
    add column status text not null default 'finalized' check (status in ('pending', 'finalized', 'discarded')),
    add column forced boolean not null default false,
    add column intermediate boolean not null default false,
    -- What the file itself says: a client may announce another serial than the one in the file.
    add column content_serial bigint,
    add column content_lineage text,
    add column json_state_sha256 text,
    add column rollback_state_version_id text,
    add column modules jsonb not null default '{}',
    add column providers jsonb not null default '{}',
    add column resources jsonb not null default '[]',
    add column finalized_at timestamptz,
    alter column sha256 drop not null,
    alter column size_bytes drop not null`,
  `update state_version set content_serial = serial, content_lineage = lineage, finalized_at = created_at`,
  `alter table state_version
    add check ((status = 'finalized') = (sha256 is not null)),
    add check ((sha256 is null) = (size_bytes is null)),
    add check ((sha256 is null) = (content_serial is null))`,
  `create unique index state_version_pending on state_version (workspace_id) where status = 'pending'`,
  `create unique index state_version_sequence on state_version (workspace_id, sequence)`,
];
