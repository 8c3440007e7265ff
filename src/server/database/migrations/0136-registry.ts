import { sql, type Kysely } from 'kysely';

/**
 * Modules and providers of organizations. The digest of each published version is remembered for good
 * (`registry_release`), also when the version is deleted: the same version never stands for other bytes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table registry_release (
    organization_id text not null references organization on delete cascade,
    name text not null,
    digest text not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, name))`,
  `create table registry_key (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    key_id text not null,
    ascii_armor text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, key_id))`,
  `create table registry_module (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    provider text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name, provider))`,
  `create table registry_module_version (
    id text primary key,
    module_id text not null references registry_module on delete cascade,
    version text not null,
    status text not null default 'pending' check (status in ('pending', 'ok', 'reg_ingress_failed')),
    error text,
    sha256 text,
    size_bytes bigint,
    readme text,
    details jsonb,
    created_by text references users on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (module_id, version),
    check ((status = 'ok') = (sha256 is not null)))`,
  `create index registry_module_version_sha256 on registry_module_version (sha256) where sha256 is not null`,
  `create table registry_provider (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name))`,
  `create table registry_provider_version (
    id text primary key,
    provider_id text not null references registry_provider on delete cascade,
    version text not null,
    key_id text not null references registry_key deferrable initially deferred,
    protocols jsonb not null,
    shasums text,
    shasums_signature text,
    is_signed boolean not null default false,
    created_by text references users on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (provider_id, version),
    check (not is_signed or (shasums is not null and shasums_signature is not null)))`,
  `create index registry_provider_version_key on registry_provider_version (key_id)`,
  `create table registry_provider_platform (
    id text primary key,
    version_id text not null references registry_provider_version on delete cascade,
    os text not null,
    arch text not null,
    filename text not null,
    shasum text not null,
    sha256 text,
    size_bytes bigint,
    created_at timestamptz not null default now(),
    unique (version_id, os, arch),
    check (sha256 is null or sha256 = shasum))`,
  `create index registry_provider_platform_sha256 on registry_provider_platform (sha256)
    where sha256 is not null`,
];
