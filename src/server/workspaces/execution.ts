import type { Kysely } from 'kysely';
import { requireUsablePool } from '../agent-pools/usable.ts';
import type { Database, Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';

type Mode = Row<'workspace'>['execution_mode'];

interface Execution {
  execution_mode: Mode;
  agent_pool_id: string | null;
}

/**
 * Where the runs of a workspace are executed once `given` is set (api-contract §5.3). A pool that is not named again
 * stays while the mode is `agent`, and goes with it.
 *
 * @throws 422 for a pool without the mode `agent`, the mode without a pool, and a pool that may not be used
 */
export async function settleExecution(
  db: Kysely<Database>,
  workspace: { organizationId: string; projectId: string; workspaceId: string | undefined },
  before: Execution,
  given: { mode: Mode | undefined; poolId: string | null | undefined },
): Promise<Execution> {
  const mode = given.mode ?? before.execution_mode;
  const pointer = '/data/attributes/agent-pool-id';
  if (mode !== 'agent') {
    if (typeof given.poolId === 'string')
      refuse(
        'invalid_attribute',
        "Agent pool must not be specified unless using 'agent' execution mode",
        pointer,
      );
    return { execution_mode: mode, agent_pool_id: null };
  }
  const poolId = given.poolId === undefined ? before.agent_pool_id : given.poolId;
  if (poolId === null)
    refuse('invalid_attribute', "Agent pool must be specified when using 'agent' execution mode", pointer);
  // Moved to another project, it may be one that the pool is not for.
  await requireUsablePool(db, poolId, workspace);
  return { execution_mode: mode, agent_pool_id: poolId };
}
