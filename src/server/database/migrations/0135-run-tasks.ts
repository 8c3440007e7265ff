import { sql, type Kysely } from 'kysely';

/**
 * Services that are asked before and after a plan and an apply. A run gets copies of its tasks when it is created: its
 * results stay when a task is changed or deleted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STAGES = `'pre_plan', 'post_plan', 'pre_apply', 'post_apply'`;
const LEVELS = `'advisory', 'mandatory'`;

const STATEMENTS = [
  `create table run_task (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    url text not null,
    sealed_hmac_key text,
    description text not null default '',
    enabled boolean not null default true,
    overridable boolean not null default false,
    is_global boolean not null default false,
    global_stages jsonb not null default '[]',
    global_level text not null default 'advisory' check (global_level in (${LEVELS})),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name))`,
  `create table workspace_task (
    id text primary key,
    workspace_id text not null references workspace on delete cascade,
    run_task_id text not null references run_task on delete cascade,
    level text not null check (level in (${LEVELS})),
    stages jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace_id, run_task_id))`,
  `create index workspace_task_task on workspace_task (run_task_id)`,
  `create table task_stage (
    id text primary key,
    run_id text not null references run on delete cascade,
    stage text not null check (stage in (${STAGES})),
    status text not null check (status in ('pending', 'running', 'passed', 'failed', 'awaiting_override', 'errored',
      'canceled', 'unreachable')),
    status_timestamps jsonb not null default '{}',
    overridden_by text references users on delete set null,
    override_comment text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (run_id, stage))`,
  `create table task_result (
    id text primary key,
    task_stage_id text not null references task_stage on delete cascade,
    run_task_id text references run_task on delete set null,
    workspace_task_id text references workspace_task on delete set null,
    task_name text not null,
    task_url text not null,
    level text not null check (level in (${LEVELS})),
    overridable boolean not null,
    status text not null check (status in ('pending', 'running', 'passed', 'failed', 'errored', 'canceled',
      'unreachable')),
    status_timestamps jsonb not null default '{}',
    message text not null default '',
    url text,
    sealed_access_token text,
    attempts integer not null default 0,
    next_attempt_at timestamptz,
    asked_at timestamptz,
    delivered_at timestamptz,
    answered_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (status <> 'running' or asked_at is not null),
    check (sealed_access_token is null or status = 'running'))`,
  `create index task_result_stage on task_result (task_stage_id)`,
  `create index task_result_task on task_result (run_task_id)`,
  `create index task_result_workspace_task on task_result (workspace_task_id)`,
  `create index task_result_running on task_result (next_attempt_at) where status = 'running'`,
  `create table task_result_outcome (
    id text primary key,
    task_result_id text not null references task_result on delete cascade,
    position integer not null,
    outcome_id text not null,
    description text not null,
    body text not null,
    url text,
    tags jsonb not null default '{}',
    created_at timestamptz not null default now(),
    unique (task_result_id, position))`,
  `alter table token add column task_result_id text references task_result on delete cascade`,
  `create index token_task_result on token (task_result_id) where task_result_id is not null`,
  `alter table token drop constraint token_kind_check`,
  `alter table token add constraint token_kind_check
    check (kind in ('user', 'organization', 'audit', 'team', 'agent', 'run', 'task'))`,
  `alter table token add check ((kind = 'task') = (task_result_id is not null))`,
];
