import { sql, type Kysely } from 'kysely';

/**
 * Where runs are executed, inherited: a workspace says for itself, or has what its project says, or its organization.
 * What holds for a workspace stays in its own columns, so that nobody who reads it needs to look further.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Until now each workspace said for itself.
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
