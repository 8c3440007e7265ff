import { sql, type Kysely } from 'kysely';

/** Keys with which workspaces fetch modules over SSH; a workspace uses only keys of its own organization. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table ssh_key (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    sealed_value text not null,
    created_at timestamptz not null default now(),
    unique (organization_id, id))`,
  `alter table workspace add column ssh_key_id text`,
  `alter table workspace add foreign key (organization_id, ssh_key_id)
    references ssh_key (organization_id, id) on delete set null (ssh_key_id)`,
  `create index workspace_ssh_key on workspace (ssh_key_id) where ssh_key_id is not null`,
];
