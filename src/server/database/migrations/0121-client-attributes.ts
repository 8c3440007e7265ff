import { sql, type Kysely } from 'kysely';

/** Attributes that clients of an organization set and read back, and workspaces that a pool excludes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table organization add column user_tokens_enabled boolean not null default true,
    alter column session_timeout_minutes drop default, alter column session_remember_minutes drop default`,
  // These values were filled in for all organizations, without a request.
  `update organization set session_timeout_minutes = null where session_timeout_minutes = 20160`,
  `update organization set session_remember_minutes = null where session_remember_minutes = 20160`,
  `alter table project add column auto_destroy_activity_duration text`,
  `create table agent_pool_excluded_workspace (
    organization_id text not null,
    agent_pool_id text not null,
    workspace_id text not null,
    primary key (agent_pool_id, workspace_id),
    foreign key (organization_id, agent_pool_id) references agent_pool (organization_id, id) on delete cascade,
    foreign key (organization_id, workspace_id) references workspace (organization_id, id) on delete cascade)`,
  `create index agent_pool_excluded_workspace_workspace on agent_pool_excluded_workspace (workspace_id)`,
];
