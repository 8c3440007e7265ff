import { sql, type Kysely } from 'kysely';

/** What runners keep of providers, as they last reported it, and the orders of administrators for these stores. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table provider_store (
    id text primary key,
    agent_pool_id text references agent_pool on delete cascade,
    key text not null,
    name text not null,
    platform text not null,
    limit_bytes bigint not null,
    source text not null check (source in ('registries', 'mirror', 'none')),
    contents jsonb,
    reported_at timestamptz,
    last_seen_at timestamptz not null,
    created_at timestamptz not null default now(),
    unique nulls not distinct (agent_pool_id, key))`,
  `create table provider_store_order (
    id text primary key,
    provider_store_id text not null references provider_store on delete cascade,
    kind text not null check (kind in ('pin', 'unpin', 'prefetch', 'delete')),
    address text not null,
    version text not null,
    platform text not null,
    status text not null default 'queued' check (status in ('queued', 'working', 'done', 'failed')),
    message text not null default '',
    held_by text,
    held_until timestamptz,
    attempts int not null default 0,
    created_by text references users on delete set null,
    created_at timestamptz not null default now(),
    ended_at timestamptz)`,
  `create index provider_store_order_store on provider_store_order (provider_store_id, created_at)`,
  `create index provider_store_order_created_by on provider_store_order (created_by)`,
];
