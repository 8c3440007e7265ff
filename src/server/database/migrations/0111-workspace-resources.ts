import { sql, type Kysely } from 'kysely';

/** The resources that each workspace manages by its current state version, and the version that last changed each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table workspace_resource (
    id text primary key,
    workspace_id text not null references workspace on delete cascade,
    address text not null,
    type text not null,
    name text not null,
    module text not null,
    provider text not null,
    name_index text,
    digest text not null,
    modified_by_state_version_id text not null references state_version on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now())`,
  // An address is as long as its index keys, which may be longer than an index can hold.
  `create unique index workspace_resource_address on workspace_resource (workspace_id, md5(address))`,
  `create index workspace_resource_version on workspace_resource (modified_by_state_version_id)`,
];
