import { sql, type Kysely } from 'kysely';

/** Applies that were requested over MCP and wait for a person: each is for one plan, and decided once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table workspace add column mcp_apply_approval boolean not null default false`,
  `create table run_approval (
    id text primary key,
    run_id text not null references run on delete cascade,
    plan_digest text not null,
    requested_by text references users on delete set null,
    requested_with text not null,
    comment text,
    expires_at timestamptz not null,
    decision text check (decision in ('confirmed', 'rejected')),
    decided_by text references users on delete set null,
    decided_at timestamptz,
    created_at timestamptz not null default now(),
    check ((decision is null) = (decided_at is null)))`,
  `create index run_approval_run on run_approval (run_id)`,
];
