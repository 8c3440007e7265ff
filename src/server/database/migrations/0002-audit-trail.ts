import { sql, type Kysely } from 'kysely';

/**
 * The audit trail: who changed what, from where, and the chain that shows tampering (docs/adr/0061). Entries have no
 * foreign keys to the resources they name, because they outlive these.
 */
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

  // Seals have a table of their own: entries are never updated. complete_until: all earlier commits are in the chain.
  `create table audit_seal (
    position bigint primary key check (position > 0),
    sequence bigint not null unique references audit_entry (sequence),
    hash text not null,
    complete_until timestamptz not null)`,

  `create function refuse_audit_change() returns trigger language plpgsql as $$
  begin
    raise exception 'the audit trail only grows: % on % is refused', tg_op, tg_table_name using errcode = '23514';
  end $$`,
  ...['audit_entry', 'audit_seal'].map(
    (table) => `create trigger ${table}_only_grows before update or delete or truncate on ${table}
      for each statement execute function refuse_audit_change()`,
  ),
];
