import { sql, type Kysely } from 'kysely';

/**
 * Variables of workspaces and of sets, and those with which each run was created. A sensitive value is stored only
 * sealed. A set reaches only the workspaces of its organization, and a run's variables never change.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table varset (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    project_id text,
    name text not null,
    description text not null default '',
    is_global boolean not null default false,
    priority boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name),
    unique (organization_id, id),
    foreign key (organization_id, project_id) references project (organization_id, id) on delete cascade,
    check (not is_global or project_id is null))`,
  `create table varset_workspace (
    organization_id text not null,
    varset_id text not null,
    workspace_id text not null,
    primary key (varset_id, workspace_id),
    foreign key (organization_id, varset_id) references varset (organization_id, id) on delete cascade,
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade)`,
  `create index varset_workspace_workspace on varset_workspace (workspace_id)`,
  `create table varset_project (
    organization_id text not null,
    varset_id text not null,
    project_id text not null,
    primary key (varset_id, project_id),
    foreign key (organization_id, varset_id) references varset (organization_id, id) on delete cascade,
    foreign key (organization_id, project_id) references project (organization_id, id) on delete cascade)`,
  `create index varset_project_project on varset_project (project_id)`,

  `create table variable (
    id text primary key,
    workspace_id text references workspace on delete cascade,
    varset_id text references varset on delete cascade,
    category text not null check (category in ('terraform', 'env')),
    key text not null,
    value text,
    sealed_value text,
    value_bytes integer not null,
    hcl boolean not null,
    sensitive boolean not null,
    description text,
    version_id text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace_id, category, key),
    unique (varset_id, category, key),
    check ((workspace_id is null) <> (varset_id is null)),
    check ((value is null) <> (sealed_value is null)),
    check (sensitive = (sealed_value is not null)))`,

  // Entries without a value have theirs in sealed_values, a sealed JSON list, in the same order.
  `create table run_variables (
    run_id text primary key references run on delete cascade,
    entries jsonb not null,
    sealed_values text)`,
  `insert into run_variables (run_id, entries)
    select id, coalesce((
      select jsonb_agg(jsonb_build_object('key', variable ->> 'key', 'value', variable ->> 'value',
        'category', 'terraform', 'sensitive', false,
        'form', case when source = 'tfe-cli' then 'hcl' else 'auto' end))
      from jsonb_array_elements(variables) as variable), '[]')
    from run`,
  `create function run_variables_guard() returns trigger language plpgsql as $$
  begin
    if (new.run_id, new.entries) is distinct from (old.run_id, old.entries) then
      raise exception 'what a run was created with cannot be changed' using errcode = '23514';
    end if;
    return new;
  end $$`,
  `create trigger run_variables_guard before update on run_variables
    for each row execute function run_variables_guard()`,
  // A run that has ended no longer needs its secrets.
  `create function run_forgets_secrets() returns trigger language plpgsql as $$
  begin
    update run_variables set sealed_values = null
    where run_id = new.id and sealed_values is not null
      and exists (select from run_status where status = new.status and final);
    return null;
  end $$`,
  `create trigger run_forgets_secrets after update of status on run
    for each row when (new.status is distinct from old.status) execute function run_forgets_secrets()`,
];
