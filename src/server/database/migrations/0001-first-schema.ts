import { sql, type Kysely } from 'kysely';
import { FINAL_STATUSES, PlatformRunStatus, TRANSITIONS } from '@runwright/models';

/**
 * The first schema. The database itself, and not only the services, prevents what must never happen: a status change
 * that the state machine does not know, two runs that hold one workspace, a plan-only run that applies, an apply that
 * was never confirmed, a run overtaking an older one, state or locks that cross workspaces. Written in the PostgreSQL
 * 15 dialect; the embedded database is newer.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  await writeRunStates(db);
}

/** A later change of the models' state machine needs a migration that calls this again. */
export async function writeRunStates(db: Kysely<unknown>): Promise<void> {
  for (const status of PlatformRunStatus.options) {
    const final = FINAL_STATUSES.some((finalStatus) => finalStatus === status);
    await sql`insert into run_status (status, final) values (${status}, ${final})
      on conflict (status) do update set final = excluded.final`.execute(db);
  }
  await sql`delete from run_transition`.execute(db);
  for (const { from, to } of TRANSITIONS) {
    await sql`insert into run_transition (from_status, to_status) values (${from}, ${to})
      on conflict do nothing`.execute(db);
  }
}

const STATEMENTS = [
  `create table run_status (status text primary key, final boolean not null)`,
  `create table run_transition (
    from_status text not null references run_status,
    to_status text not null references run_status,
    primary key (from_status, to_status))`,

  `create table organization (
    id text primary key,
    name text not null unique,
    email text not null,
    created_at timestamptz not null default now())`,
  `create table project (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    description text,
    is_default boolean not null default false,
    created_at timestamptz not null default now(),
    unique (organization_id, name),
    unique (organization_id, id))`,
  `create unique index project_default on project (organization_id) where is_default`,

  `create table users (
    id text primary key,
    username text not null unique,
    email text not null,
    is_site_admin boolean not null default false,
    created_at timestamptz not null default now())`,
  `create table organization_member (
    organization_id text not null references organization on delete cascade,
    user_id text not null references users on delete cascade,
    primary key (organization_id, user_id))`,
  `create index organization_member_user on organization_member (user_id)`,
  // The secret itself is never stored: a stolen database holds no usable token (threat T13).
  `create table token (
    id text primary key,
    secret_hash text not null unique,
    kind text not null check (kind in ('user', 'organization', 'agent')),
    user_id text references users on delete cascade,
    organization_id text references organization on delete cascade,
    description text not null default '',
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    expires_at timestamptz,
    check ((kind = 'user') = (user_id is not null)),
    check ((kind = 'organization') = (organization_id is not null)))`,

  `create table workspace (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    project_id text not null,
    name text not null,
    description text,
    auto_apply boolean not null default false,
    execution_mode text not null default 'remote' check (execution_mode in ('remote', 'local', 'agent')),
    terraform_version text not null default 'latest',
    working_directory text not null default '',
    queue_all_runs boolean not null default false,
    speculative_enabled boolean not null default true,
    allow_destroy_plan boolean not null default true,
    structured_run_output_enabled boolean not null default true,
    global_remote_state boolean not null default false,
    source text not null default 'tfe-api',
    locked_by text references users,
    locked_at timestamptz,
    lock_reason text,
    current_configuration_version_id text,
    current_state_version_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name),
    unique (organization_id, id),
    foreign key (organization_id, project_id) references project (organization_id, id),
    check ((locked_by is null) = (locked_at is null)))`,

  `create table configuration_version (
    id text primary key,
    workspace_id text not null references workspace on delete cascade,
    status text not null default 'pending' check (status in ('pending', 'uploaded', 'errored', 'archived')),
    source text not null,
    speculative boolean not null default false,
    provisional boolean not null default false,
    auto_queue_runs boolean not null default true,
    error text,
    error_message text,
    sha256 text,
    size_bytes bigint,
    created_by text references users,
    created_at timestamptz not null default now(),
    uploaded_at timestamptz,
    unique (workspace_id, id),
    check ((status in ('uploaded', 'archived')) = (sha256 is not null)))`,
  `create index configuration_version_workspace on configuration_version (workspace_id, created_at desc)`,

  `create table run (
    id text primary key,
    sequence bigint generated always as identity unique,
    organization_id text not null,
    workspace_id text not null,
    configuration_version_id text not null,
    status text not null default 'pending' references run_status,
    status_version integer not null default 0,
    status_timestamps jsonb not null default '{}',
    message text not null,
    source text not null,
    trigger_reason text not null default 'manual',
    plan_only boolean not null,
    save_plan boolean not null,
    is_destroy boolean not null,
    auto_apply boolean not null,
    refresh boolean not null,
    refresh_only boolean not null,
    allow_empty_apply boolean not null,
    allow_config_generation boolean not null,
    debugging_mode boolean not null,
    target_addrs jsonb,
    replace_addrs jsonb,
    variables jsonb not null default '[]',
    terraform_version text not null,
    has_changes boolean not null default false,
    error_message text,
    created_by text references users,
    confirmed_by text references users,
    confirmed_at timestamptz,
    canceled_by text references users,
    cancel_requested_at timestamptz,
    force_cancel_available_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    holds_workspace boolean not null generated always as (
      not plan_only and (
        status in ('pre_apply_running', 'pre_apply_completed', 'queuing_apply', 'apply_queued', 'applying',
          'post_apply_running', 'post_apply_completed')
        or (not save_plan and status not in ('pending', 'applied', 'planned_and_finished', 'policy_soft_failed',
          'discarded', 'errored', 'canceled', 'force_canceled')))) stored,
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade,
    foreign key (workspace_id, configuration_version_id) references configuration_version (workspace_id, id),
    check (not (plan_only and status in ('planned_and_saved', 'confirmed', 'pre_apply_running', 'pre_apply_completed',
      'queuing_apply', 'apply_queued', 'applying', 'post_apply_running', 'post_apply_completed', 'applied'))),
    check (confirmed_at is not null or status not in ('confirmed', 'pre_apply_running', 'pre_apply_completed',
      'queuing_apply', 'apply_queued', 'applying', 'post_apply_running', 'post_apply_completed', 'applied')),
    check (status <> 'force_canceled' or cancel_requested_at is not null))`,
  `create unique index run_one_holder on run (workspace_id) where holds_workspace`,
  `create index run_workspace on run (workspace_id, sequence desc)`,
  `create index run_workspace_status on run (workspace_id, status, sequence desc)`,
  `create index run_organization on run (organization_id, sequence desc)`,
  `create index run_waiting on run (workspace_id, sequence) where status in ('pending', 'confirmed')`,

  `create function run_insert_guard() returns trigger language plpgsql as $$
  begin
    if new.status <> 'pending' then
      raise exception 'a run starts pending, not %', new.status using errcode = '23514';
    end if;
    return new;
  end $$`,
  `create trigger run_insert_guard before insert on run for each row execute function run_insert_guard()`,
  `create function run_update_guard() returns trigger language plpgsql as $$
  begin
    if (new.id, new.sequence, new.organization_id, new.workspace_id, new.configuration_version_id, new.plan_only,
        new.save_plan, new.is_destroy, new.variables) is distinct from
       (old.id, old.sequence, old.organization_id, old.workspace_id, old.configuration_version_id, old.plan_only,
        old.save_plan, old.is_destroy, old.variables) then
      raise exception 'what a run was created with cannot be changed' using errcode = '23514';
    end if;
    if new.status is distinct from old.status then
      if not exists (select from run_transition where from_status = old.status and to_status = new.status) then
        raise exception 'a run cannot go from % to %', old.status, new.status using errcode = '23514';
      end if;
      if old.status = 'pending' and not new.plan_only and not new.save_plan
         and new.status not in ('canceled', 'discarded', 'errored', 'force_canceled')
         and exists (select from run older where older.workspace_id = new.workspace_id and older.status = 'pending'
                     and not older.plan_only and not older.save_plan and older.sequence < new.sequence) then
        raise exception 'an older run of the workspace is still waiting' using errcode = '23514';
      end if;
      new.status_version := old.status_version + 1;
    end if;
    return new;
  end $$`,
  `create trigger run_update_guard before update on run for each row execute function run_update_guard()`,

  `create table state_version (
    id text primary key,
    workspace_id text not null references workspace on delete cascade,
    run_id text references run,
    created_by text references users,
    serial bigint not null check (serial >= 0),
    lineage text not null,
    md5 text not null,
    sha256 text not null,
    size_bytes bigint not null,
    terraform_version text,
    resource_count integer not null default 0,
    created_at timestamptz not null default now(),
    unique (workspace_id, id))`,
  `create index state_version_workspace on state_version (workspace_id, created_at desc)`,
  `create index state_version_run on state_version (run_id)`,
  `create table state_version_output (
    id text primary key,
    state_version_id text not null references state_version on delete cascade,
    name text not null,
    sensitive boolean not null,
    value jsonb,
    detailed_type jsonb,
    unique (state_version_id, name))`,
  `alter table workspace add foreign key (id, current_state_version_id)
    references state_version (workspace_id, id) deferrable initially deferred`,
  `alter table workspace add foreign key (id, current_configuration_version_id)
    references configuration_version (workspace_id, id) deferrable initially deferred`,

  // A plan or an apply: what clients see of it, and the lease under which a runner works on it.
  `create table run_phase (
    id text primary key,
    run_id text not null references run on delete cascade,
    kind text not null check (kind in ('plan', 'apply')),
    status text not null default 'pending' check (status in
      ('pending', 'queued', 'running', 'finished', 'errored', 'canceled', 'unreachable')),
    status_timestamps jsonb not null default '{}',
    structured_log boolean not null,
    lease_hash text,
    runner_name text,
    heartbeat_at timestamptz,
    additions integer,
    changes integer,
    destructions integer,
    imports integer,
    generated_configuration boolean not null default false,
    input_state_version_id text references state_version,
    snapshot jsonb,
    errored_state_sha256 text,
    unique (run_id, kind),
    check (status <> 'running' or (lease_hash is not null and heartbeat_at is not null)))`,
  `create index run_phase_running on run_phase (heartbeat_at) where status = 'running'`,
  `create table phase_artifact (
    phase_id text not null references run_phase on delete cascade,
    name text not null,
    sha256 text not null,
    size_bytes bigint not null,
    primary key (phase_id, name))`,

  `create table comment (
    id text primary key,
    run_id text not null references run on delete cascade,
    created_by text references users,
    body text not null check (body <> ''),
    created_at timestamptz not null default now())`,
  `create table run_event (
    id text primary key,
    sequence bigint generated always as identity unique,
    run_id text not null references run on delete cascade,
    action text not null,
    description text not null default '',
    actor_id text references users,
    comment_id text references comment,
    created_at timestamptz not null default now())`,
  `create index run_event_run on run_event (run_id, sequence)`,
  `create index comment_run on comment (run_id, created_at)`,
];
