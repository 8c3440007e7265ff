import { sql, type Kysely } from 'kysely';

/** Notification configurations and their deliveries: a delivery is written with the change that it reports. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table notification_configuration (
    id text primary key,
    workspace_id text not null references workspace on delete cascade,
    name text not null,
    destination_type text not null check (destination_type in ('generic', 'slack', 'microsoft-teams', 'email')),
    enabled boolean not null default false,
    url text,
    sealed_token text,
    triggers jsonb not null default '[]' check (jsonb_typeof(triggers) = 'array'),
    email_addresses jsonb not null default '[]' check (jsonb_typeof(email_addresses) = 'array'),
    user_ids jsonb not null default '[]' check (jsonb_typeof(user_ids) = 'array'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check ((destination_type = 'email') = (url is null)))`,
  `create index notification_configuration_workspace on notification_configuration (workspace_id)`,

  // status: waiting until it was delivered, failed for good, or was dropped as no longer wanted. While a delivery is
  // being sent its next attempt is some time ahead, so that it is sent again after a kill of its server.
  `create table notification_delivery (
    id text primary key,
    sequence bigint generated always as identity unique,
    configuration_id text not null references notification_configuration on delete cascade,
    run_id text references run on delete cascade,
    trigger text not null,
    run_status text,
    actor_id text,
    status text not null default 'waiting' check (status in ('waiting', 'delivered', 'failed', 'dropped')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    response jsonb,
    created_at timestamptz not null default now())`,
  `create index notification_delivery_waiting on notification_delivery (next_attempt_at) where status = 'waiting'`,
  `create index notification_delivery_configuration on notification_delivery (configuration_id, run_id, sequence)`,
  `create index notification_delivery_run on notification_delivery (run_id)`,
];
