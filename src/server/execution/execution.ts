import type { Kysely } from 'kysely';
import { requireUsablePool } from '../agent-pools/usable.ts';
import type { Database, Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import type { Execution } from './inherited-execution.ts';

type Mode = Row<'workspace'>['execution_mode'];
type Settled = Execution & { overrides_execution: boolean };

export interface GivenExecution {
  mode: Mode | undefined;
  poolId: string | null | undefined;
  /** Whether the workspace has settings of its own; undefined: not given. */
  overrides: boolean | undefined;
}

/**
 * Where the runs of a workspace are executed once `given` is set (api-contract §5.3). A workspace that names a mode or
 * a pool has settings of its own, until a request ends that. A pool that is not named again stays while the mode is
 * `agent`, and goes with it.
 *
 * @param inherited the settings while the workspace has none of its own
 * @throws 422 for a pool without the mode `agent`, the mode without a pool, and a pool that may not be used
 */
export async function settleExecution(
  db: Kysely<Database>,
  workspace: { organizationId: string; projectId: string; workspaceId: string | undefined },
  before: Settled,
  inherited: Execution,
  given: GivenExecution,
): Promise<Settled> {
  const isNamed = given.mode !== undefined || typeof given.poolId === 'string';
  const overrides = given.overrides ?? (isNamed || before.overrides_execution);
  if (!overrides) return { ...inherited, overrides_execution: false };
  const mode = given.mode ?? before.execution_mode;
  const pointer = '/data/attributes/agent-pool-id';
  if (mode !== 'agent') {
    if (typeof given.poolId === 'string')
      refuse(
        'invalid_attribute',
        "Agent pool must not be specified unless using 'agent' execution mode",
        pointer,
      );
    return { execution_mode: mode, agent_pool_id: null, overrides_execution: true };
  }
  const poolId = given.poolId === undefined ? before.agent_pool_id : given.poolId;
  if (poolId === null)
    refuse('invalid_attribute', "Agent pool must be specified when using 'agent' execution mode", pointer);
  // The pool may exclude a workspace that moves to another project.
  await requireUsablePool(db, poolId, workspace);
  return { execution_mode: mode, agent_pool_id: poolId, overrides_execution: true };
}
