import { sql, type Kysely } from 'kysely';

/**
 * Tags of workspaces: plain names, which belong to the organization, and keys with values, which a workspace also has
 * from its project. Also the permission of workspaces to read the state of others.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table tag (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    created_at timestamptz not null default now(),
    unique (organization_id, name),
    unique (organization_id, id))`,
  `create table workspace_tag (
    organization_id text not null,
    workspace_id text not null,
    tag_id text not null,
    primary key (workspace_id, tag_id),
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade,
    foreign key (organization_id, tag_id) references tag (organization_id, id) on delete cascade)`,
  `create index workspace_tag_tag on workspace_tag (tag_id)`,
  `create table workspace_tag_binding (
    workspace_id text not null references workspace on delete cascade,
    key text not null,
    value text not null,
    primary key (workspace_id, key))`,
  `create table project_tag_binding (
    project_id text not null references project on delete cascade,
    key text not null,
    value text not null,
    primary key (project_id, key))`,
  `create table remote_state_consumer (
    organization_id text not null,
    workspace_id text not null,
    consumer_id text not null,
    primary key (workspace_id, consumer_id),
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade,
    foreign key (organization_id, consumer_id) references workspace (organization_id, id) on delete cascade)`,
  `create index remote_state_consumer_consumer on remote_state_consumer (consumer_id)`,
  `alter table workspace
    add column project_remote_state boolean not null default false,
    -- Settings that are kept for clients and change nothing here, by their name in the API.
    add column client_settings jsonb not null default '{}'`,
];
