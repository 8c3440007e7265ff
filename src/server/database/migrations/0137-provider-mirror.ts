import { sql, type Kysely } from 'kysely';

/** Archives of providers of other registries, which an organization keeps for runners that cannot reach those. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table mirrored_provider (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    host text not null,
    namespace text not null,
    type text not null,
    version text not null,
    platform text not null,
    sha256 text not null,
    size_bytes bigint not null,
    h1 text not null,
    created_by text references users on delete set null,
    created_at timestamptz not null default now(),
    unique (organization_id, host, namespace, type, version, platform))`,
  `create index mirrored_provider_sha256 on mirrored_provider (sha256)`,
];
