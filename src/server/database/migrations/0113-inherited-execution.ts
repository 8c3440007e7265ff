import { sql, type Kysely } from 'kysely';

/**
 * Inherited execution settings: a workspace has its own, or those of its project, or of its organization. The settings
 * in effect stay in the workspace's own columns, so that readers need only its row.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Until now each workspace had its own settings.
  `alter table workspace add column overrides_execution boolean not null default true`,
  `create index workspace_inherits_execution on workspace (organization_id) where not overrides_execution`,
  `alter table project
    add column default_execution_mode text check (default_execution_mode in ('remote', 'local', 'agent')),
    add column default_agent_pool_id text,
    add foreign key (organization_id, default_agent_pool_id) references agent_pool (organization_id, id),
    add check (coalesce(default_execution_mode = 'agent', false) = (default_agent_pool_id is not null))`,
  `create index project_default_agent_pool on project (default_agent_pool_id)
    where default_agent_pool_id is not null`,
];
