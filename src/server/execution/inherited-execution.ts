import { sql } from 'kysely';
import type { Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';

/** Where the runs of a workspace are executed. */
export type Execution = Pick<Row<'workspace'>, 'execution_mode' | 'agent_pool_id'>;

/**
 * The settings of a project's workspaces without settings of their own: the project's, else the organization's. They
 * are locked until the transaction ends; the lock is taken before the rows of workspaces are.
 */
export async function holdDefaultExecution(tx: Tx, projectId: string): Promise<Execution> {
  return await tx
    .selectFrom('project')
    .innerJoin('organization', 'organization.id', 'project.organization_id')
    .select(EFFECTIVE)
    .where('project.id', '=', projectId)
    .forShare(['project', 'organization'])
    .executeTakeFirstOrThrow();
}

const EFFECTIVE = [
  sql<
    Execution['execution_mode']
  >`coalesce(project.default_execution_mode, organization.default_execution_mode)`.as('execution_mode'),
  sql<string | null>`case when project.default_execution_mode is null then organization.default_agent_pool_id
    else project.default_agent_pool_id end`.as('agent_pool_id'),
];

/**
 * Gives all workspaces of an organization without settings of their own the current inherited ones. The caller has
 * changed the defaults in the same transaction. Steps that a runner already has stay with it.
 */
export async function spreadDefaultExecution(tx: Tx, organizationId: string): Promise<void> {
  // In a fixed order, so that two requests that lock several workspaces never wait in a circle.
  const inheriting = await tx
    .selectFrom('workspace')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('overrides_execution', '=', false)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (inheriting.length === 0) return;
  await sql`
    update workspace set execution_mode = effective.execution_mode, agent_pool_id = effective.agent_pool_id
    from (select project.id, ${sql.join(EFFECTIVE)} from project
      join organization on organization.id = project.organization_id
      where organization.id = ${organizationId}) effective
    where workspace.project_id = effective.id and workspace.organization_id = ${organizationId}
      and not workspace.overrides_execution
      and (workspace.execution_mode, workspace.agent_pool_id)
        is distinct from (effective.execution_mode, effective.agent_pool_id)`.execute(tx);
}
