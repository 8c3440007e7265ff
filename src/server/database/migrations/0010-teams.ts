import { sql, type Kysely } from 'kysely';

/**
 * Teams, and their rights in their organization, its projects and its workspaces. The keys ensure that access never
 * crosses organizations, and that a user who leaves an organization leaves its teams. Until now a member could do
 * everything, so the members of existing organizations become its owners.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const randomSuffix = `substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)`;

const STATEMENTS = [
  // An address that a user entered without confirmation: invitations must not follow it.
  `alter table users
    add column is_service_account boolean not null default false,
    add column unconfirmed_email text`,
  `create index users_email on users (lower(email))`,

  `alter table organization
    add column service_user_id text references users,
    add column collaborator_auth_policy text not null default 'password'
      check (collaborator_auth_policy in ('password', 'two_factor_mandatory')),
    add column session_timeout_minutes integer default 20160,
    add column session_remember_minutes integer default 20160,
    add column cost_estimation_enabled boolean not null default false,
    add column assessments_enforced boolean not null default false,
    add column allow_force_delete_workspaces boolean not null default false,
    add column send_passing_statuses boolean not null default false,
    add column aggregated_commit_status_enabled boolean not null default true,
    add column speculative_plan_management_enabled boolean not null default true,
    add column owners_team_saml_role_id text`,

  `alter table organization_member
    add column id text,
    add column status text not null default 'active' check (status in ('active', 'invited')),
    add column created_at timestamptz not null default now()`,
  `update organization_member set id = 'ou-' || ${randomSuffix}`,
  `alter table organization_member alter column id set not null, add unique (id)`,

  `create table team (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    is_owners boolean not null default false,
    visibility text not null default 'secret' check (visibility in ('secret', 'organization')),
    sso_team_id text,
    allow_member_token_management boolean not null default true,
    organization_access jsonb not null default '{}',
    service_user_id text references users,
    created_at timestamptz not null default now(),
    unique (organization_id, name),
    unique (organization_id, id),
    check (is_owners = (name = 'owners')))`,
  `create table team_member (
    team_id text not null,
    organization_id text not null,
    user_id text not null,
    primary key (team_id, user_id),
    foreign key (organization_id, team_id) references team (organization_id, id) on delete cascade,
    foreign key (organization_id, user_id) references organization_member (organization_id, user_id)
      on delete cascade)`,
  `create index team_member_user on team_member (user_id, organization_id)`,
  `insert into team (id, organization_id, name, is_owners)
    select 'team-' || ${randomSuffix}, id, 'owners', true from organization`,
  `insert into team_member (team_id, organization_id, user_id)
    select team.id, organization_id, user_id from organization_member join team using (organization_id)`,

  // `details` of the other levels are the same for every team: access/levels.ts has them.
  `create table team_workspace (
    id text primary key,
    organization_id text not null,
    team_id text not null,
    workspace_id text not null,
    access text not null check (access in ('read', 'plan', 'write', 'admin', 'custom')),
    details jsonb,
    created_at timestamptz not null default now(),
    unique (workspace_id, team_id),
    foreign key (organization_id, team_id) references team (organization_id, id) on delete cascade,
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade,
    check ((access = 'custom') = (details is not null)))`,
  `create index team_workspace_team on team_workspace (team_id)`,
  `create table team_project (
    id text primary key,
    organization_id text not null,
    team_id text not null,
    project_id text not null,
    access text not null check (access in ('read', 'write', 'maintain', 'admin', 'custom')),
    details jsonb,
    created_at timestamptz not null default now(),
    unique (project_id, team_id),
    foreign key (organization_id, team_id) references team (organization_id, id) on delete cascade,
    foreign key (organization_id, project_id) references project (organization_id, id) on delete cascade,
    check ((access = 'custom') = (details is not null)))`,
  `create index team_project_team on team_project (team_id)`,
  `create index if not exists workspace_project on workspace (project_id)`,

  `alter table token
    add column team_id text references team on delete cascade,
    add column run_id text references run on delete cascade,
    add column created_by text references users,
    add column is_single boolean not null default false`,
  `do $$
  declare name text;
  begin
    for name in select conname from pg_constraint where conrelid = 'token'::regclass and contype = 'c' loop
      execute format('alter table token drop constraint %I', name);
    end loop;
  end $$`,
  `alter table token
    add check (kind in ('user', 'organization', 'audit', 'team', 'agent', 'run')),
    add check ((kind = 'user') = (user_id is not null)),
    add check ((kind in ('organization', 'audit')) = (organization_id is not null)),
    add check ((kind = 'team') = (team_id is not null)),
    add check ((kind = 'run') = (run_id is not null))`,
  `create unique index token_organization on token (organization_id, kind)`,
  `create unique index token_team_single on token (team_id) where is_single`,
  `create index token_team on token (team_id)`,
  `create index token_user on token (user_id)`,
  `create index token_run on token (run_id)`,
];
