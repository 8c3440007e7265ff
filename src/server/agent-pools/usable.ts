import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';

interface PoolUser {
  organizationId: string;
  projectId: string;
  /** undefined: the workspace is being created. */
  workspaceId: string | undefined;
}

/**
 * A pool that excludes a workspace takes no new runs of it, even if the workspace inherits it or had it before.
 *
 * @throws 422 when the workspace's pool excludes it
 */
export async function requireNotExcluded(
  db: Kysely<Database>,
  workspaceId: string,
  poolId: string | null,
): Promise<void> {
  if (poolId === null || !(await excludes(db, poolId, workspaceId))) return;
  refuse(
    'unprocessable',
    'The agent pool of the workspace excludes it: give the workspace another pool or execution mode.',
  );
}

async function excludes(db: Kysely<Database>, poolId: string, workspaceId: string): Promise<boolean> {
  const excluded = await db
    .selectFrom('agent_pool_excluded_workspace')
    .select('workspace_id')
    .where('agent_pool_id', '=', poolId)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  return excluded !== undefined;
}

/** @throws 422 unless the workspace may have its runs executed by the pool (api-contract §5.12) */
export async function requireUsablePool(db: Kysely<Database>, poolId: string, user: PoolUser): Promise<void> {
  const pool = await db
    .selectFrom('agent_pool')
    .select(['id', 'organization_scoped'])
    .where('id', '=', poolId)
    .where('organization_id', '=', user.organizationId)
    .executeTakeFirst();
  const pointer = '/data/attributes/agent-pool-id';
  if (pool === undefined) refuse('invalid_attribute', 'Agent pool is not one of the organization', pointer);
  if (await excludes(db, poolId, user.workspaceId ?? ''))
    refuse('invalid_attribute', 'Agent pool excludes this workspace', pointer);
  if (pool.organization_scoped) return;
  const project = await db
    .selectFrom('agent_pool_project')
    .select('project_id')
    .where('agent_pool_id', '=', poolId)
    .where('project_id', '=', user.projectId)
    .executeTakeFirst();
  if (project !== undefined) return;
  const workspace = await db
    .selectFrom('agent_pool_workspace')
    .select('workspace_id')
    .where('agent_pool_id', '=', poolId)
    .where('workspace_id', '=', user.workspaceId ?? '')
    .executeTakeFirst();
  if (workspace !== undefined) return;
  refuse('invalid_attribute', 'Agent pool is not allowed for this workspace or its project', pointer);
}
