import { sql, type Kysely } from 'kysely';

/**
 * The workspaces that get a run when a run of another one has been applied. A run triggers each workspace once: the key
 * prevents a second run when the message is delivered again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table run_trigger (
    id text primary key,
    organization_id text not null,
    workspace_id text not null,
    sourceable_id text not null,
    created_at timestamptz not null default now(),
    unique (workspace_id, sourceable_id),
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade,
    foreign key (organization_id, sourceable_id) references workspace (organization_id, id) on delete cascade,
    check (workspace_id <> sourceable_id))`,
  `create index run_trigger_sourceable on run_trigger (sourceable_id)`,
  `alter table workspace add column auto_apply_run_trigger boolean not null default false`,
  `alter table run add column triggering_run_id text references run on delete set null`,
  `alter table run add column triggering_source_id text references workspace on delete set null`,
  `alter table run add column triggering_source_name text`,
  `alter table run add unique (workspace_id, triggering_run_id)`,
  `create index run_triggering_run on run (triggering_run_id) where triggering_run_id is not null`,
  `create index run_triggering_source on run (triggering_source_id) where triggering_source_id is not null`,
];
