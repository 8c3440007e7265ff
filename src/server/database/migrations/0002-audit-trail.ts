import { sql, type Kysely } from 'kysely';

/** Who changed what, from where. No foreign keys: entries outlive what they speak of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table audit_entry (
    id text primary key,
    sequence bigint generated always as identity unique,
    organization_id text,
    token_id text,
    user_id text,
    actor_kind text not null,
    address text,
    request_id text,
    resource_type text not null,
    resource_id text not null,
    action text not null,
    before jsonb,
    after jsonb,
    created_at timestamptz not null default now())`,
  `create index audit_entry_organization on audit_entry (organization_id, sequence)`,
];
