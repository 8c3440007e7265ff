import { sql, type Kysely } from 'kysely';

/**
 * Policies, the sets that bring them to workspaces, and their outcomes in runs. The outcome of a run stays when its
 * policies change or are deleted: it holds all that it shows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table policy (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    description text not null default '',
    level text not null check (level in ('advisory', 'soft-mandatory', 'hard-mandatory')),
    source_text text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name))`,
  `create table policy_set (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    description text not null default '',
    kind text not null check (kind in ('cel', 'opa')),
    is_global boolean not null default false,
    current_version_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name))`,
  `create table policy_set_version (
    id text primary key,
    policy_set_id text not null references policy_set on delete cascade,
    status text not null default 'pending' check (status in ('pending', 'ready', 'errored')),
    error text,
    sha256 text,
    policies jsonb not null default '[]',
    status_timestamps jsonb not null default '{}',
    created_by text references users,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (policy_set_id, id),
    check (status <> 'ready' or sha256 is not null))`,
  `create index policy_set_version_blob on policy_set_version (sha256)`,
  `create index policy_set_version_set on policy_set_version (policy_set_id, created_at desc)`,
  `alter table policy_set add foreign key (id, current_version_id)
    references policy_set_version (policy_set_id, id) deferrable initially deferred`,
  `create table policy_set_policy (
    policy_set_id text not null references policy_set on delete cascade,
    policy_id text not null references policy on delete cascade,
    primary key (policy_set_id, policy_id))`,
  `create index policy_set_policy_policy on policy_set_policy (policy_id)`,
  `create table policy_set_workspace (
    policy_set_id text not null references policy_set on delete cascade,
    workspace_id text not null references workspace on delete cascade,
    excluded boolean not null,
    primary key (policy_set_id, workspace_id, excluded))`,
  `create index policy_set_workspace_workspace on policy_set_workspace (workspace_id)`,
  `create table policy_set_project (
    policy_set_id text not null references policy_set on delete cascade,
    project_id text not null references project on delete cascade,
    excluded boolean not null,
    primary key (policy_set_id, project_id, excluded))`,
  `create index policy_set_project_project on policy_set_project (project_id)`,
  `create table policy_set_parameter (
    id text primary key,
    policy_set_id text not null references policy_set on delete cascade,
    key text not null,
    sensitive boolean not null default false,
    value text,
    sealed_value text,
    created_at timestamptz not null default now(),
    unique (policy_set_id, key),
    check (sensitive = (value is null) and (value is null) = (sealed_value is not null)))`,
  `create table policy_check (
    id text primary key,
    run_id text not null unique references run on delete cascade,
    status text not null check (status in ('pending', 'queued', 'passed', 'soft_failed', 'hard_failed', 'overridden',
      'errored', 'canceled', 'unreachable')),
    status_timestamps jsonb not null default '{}',
    result jsonb,
    output text not null default '',
    overridden_by text references users on delete set null,
    override_comment text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now())`,
  `create table policy_evaluation (
    id text primary key,
    policy_check_id text not null references policy_check on delete cascade,
    kind text not null check (kind in ('cel', 'opa')),
    status text not null check (status in ('passed', 'failed', 'errored')),
    created_at timestamptz not null default now(),
    unique (policy_check_id, kind))`,
  `create table policy_set_outcome (
    id text primary key,
    policy_evaluation_id text not null references policy_evaluation on delete cascade,
    policy_set_id text references policy_set on delete set null,
    policy_set_name text not null,
    policy_set_description text not null,
    error text not null default '',
    outcomes jsonb not null)`,
  `create index policy_set_outcome_evaluation on policy_set_outcome (policy_evaluation_id)`,
];
