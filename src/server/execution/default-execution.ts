import type { Kysely } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';

type Mode = Row<'organization'>['default_execution_mode'];

/** How the workspaces of an organization or a project execute their runs, unless they have settings of their own. */
export interface DefaultExecution<AMode extends Mode | null = Mode> {
  default_execution_mode: AMode;
  default_agent_pool_id: string | null;
}

/** The owner of the defaults; without an id it is being created. */
export interface DefaultOwner {
  organizationId: string | undefined;
  projectId?: string | undefined;
}

/**
 * The columns once `given` is set (api-contract §1.2, §5.1, §5.2). In a transaction the pool is kept until its end.
 *
 * @throws 422 for a pool without the mode `agent`, the mode without a pool, and a pool that may not be used everywhere
 */
export async function settleDefaultExecution(
  db: Kysely<Database>,
  owner: DefaultOwner,
  before: DefaultExecution,
  given: { mode: Mode | undefined; poolId: string | null | undefined },
): Promise<DefaultExecution> {
  const mode = given.mode ?? before.default_execution_mode;
  const pointer = '/data/attributes/default-agent-pool-id';
  if (mode !== 'agent') {
    if (typeof given.poolId === 'string')
      refuse(
        'invalid_attribute',
        "Default agent pool must not be specified unless using 'agent' execution mode",
        pointer,
      );
    return { default_execution_mode: mode, default_agent_pool_id: null };
  }
  const poolId = given.poolId === undefined ? before.default_agent_pool_id : given.poolId;
  if (poolId === null)
    refuse(
      'invalid_attribute',
      "Default agent pool must be specified when using 'agent' execution mode",
      pointer,
    );
  const pool = await db
    .selectFrom('agent_pool')
    .select('organization_scoped')
    .where('id', '=', poolId)
    .where('organization_id', '=', owner.organizationId ?? '')
    .forKeyShare()
    .executeTakeFirst();
  if (pool === undefined)
    refuse('invalid_attribute', 'Default agent pool is not one of the organization', pointer);
  if (!pool.organization_scoped && !(await isForProject(db, poolId, owner.projectId))) {
    refuse(
      'invalid_attribute',
      owner.projectId === undefined
        ? 'Default agent pool must be scoped to the organization'
        : 'Default agent pool is not allowed for the project',
      pointer,
    );
  }
  return { default_execution_mode: mode, default_agent_pool_id: poolId };
}

async function isForProject(
  db: Kysely<Database>,
  poolId: string,
  projectId: string | undefined,
): Promise<boolean> {
  const allowed = await db
    .selectFrom('agent_pool_project')
    .select('project_id')
    .where('agent_pool_id', '=', poolId)
    .where('project_id', '=', projectId ?? '')
    .executeTakeFirst();
  return allowed !== undefined;
}
