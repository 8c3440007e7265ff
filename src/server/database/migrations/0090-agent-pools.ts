import { sql, type Kysely } from 'kysely';

/**
 * Agent pools: an organization's own runners, which alone get the steps of the pool. A step is given to the pool of its
 * workspace when it is queued, and stays with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table agent_pool (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    organization_scoped boolean not null default true,
    created_at timestamptz not null default now(),
    unique (organization_id, name),
    unique (organization_id, id))`,
  `create table agent_pool_workspace (
    organization_id text not null,
    agent_pool_id text not null,
    workspace_id text not null,
    primary key (agent_pool_id, workspace_id),
    foreign key (organization_id, agent_pool_id) references agent_pool (organization_id, id) on delete cascade,
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade)`,
  `create table agent_pool_project (
    organization_id text not null,
    agent_pool_id text not null,
    project_id text not null,
    primary key (agent_pool_id, project_id),
    foreign key (organization_id, agent_pool_id) references agent_pool (organization_id, id) on delete cascade,
    foreign key (organization_id, project_id) references project (organization_id, id) on delete cascade)`,
  `create table agent (
    id text primary key,
    agent_pool_id text not null references agent_pool on delete cascade,
    name text not null,
    ip_address text not null,
    last_ping_at timestamptz not null default now(),
    unique (agent_pool_id, name))`,
  `alter table token add column agent_pool_id text references agent_pool on delete cascade,
    add check (agent_pool_id is null or kind = 'agent')`,
  `create index token_agent_pool on token (agent_pool_id) where agent_pool_id is not null`,
  // Until now no workspace could be in this mode.
  `alter table workspace add column agent_pool_id text,
    add foreign key (organization_id, agent_pool_id) references agent_pool (organization_id, id),
    add check ((execution_mode = 'agent') = (agent_pool_id is not null))`,
  `create index workspace_agent_pool on workspace (agent_pool_id) where agent_pool_id is not null`,
  `alter table organization
    add column default_execution_mode text not null default 'remote'
      check (default_execution_mode in ('remote', 'local', 'agent')),
    add column default_agent_pool_id text,
    add foreign key (id, default_agent_pool_id) references agent_pool (organization_id, id),
    add check ((default_execution_mode = 'agent') = (default_agent_pool_id is not null))`,
  `alter table run_phase
    add column agent_pool_id text references agent_pool on delete set null,
    add column agent_id text references agent on delete set null,
    add column not_before timestamptz`,
  `create index run_phase_agent_pool on run_phase (agent_pool_id) where agent_pool_id is not null`,
  `create index run_phase_agent on run_phase (agent_id) where agent_id is not null`,
];
