import { sql, type Kysely } from 'kysely';

/** Rules for who must approve a plan and when it may be applied, and the approvals. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workspace add column approval_rules jsonb not null default '[]',
    add column change_windows jsonb not null default '[]'`.execute(db);
  await sql`create table plan_approval (
    id text primary key,
    run_id text not null references run (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    -- Of everything that was approved: another one makes the approval void.
    binding text not null,
    created_at timestamptz not null default now(),
    unique (run_id, user_id)
  )`.execute(db);
}
