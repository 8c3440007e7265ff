import type { Platform } from '../context.ts';
import { happen } from './life.ts';
import type { Run, Tx } from './transitions.ts';

/** Whether the workspace's state is no longer the one that the run's plan was made against. */
export async function isStale(tx: Tx, run: Run): Promise<boolean> {
  const facts = await tx
    .selectFrom('run_phase')
    .innerJoin('run', 'run.id', 'run_phase.run_id')
    .innerJoin('workspace', 'workspace.id', 'run.workspace_id')
    .select(['run_phase.input_state_version_id', 'workspace.current_state_version_id'])
    .where('run_phase.run_id', '=', run.id)
    .where('run_phase.kind', '=', 'plan')
    .executeTakeFirstOrThrow();
  return facts.input_state_version_id !== facts.current_state_version_id;
}

/**
 * Saved plans of a state that is no longer current can never be applied (api-contract §3.3 row 42). The caller holds
 * the workspace's row.
 *
 * @param cause the text in the run's history: `run-… has changed the state`
 */
export async function discardStalePlans(
  platform: Platform,
  tx: Tx,
  workspaceId: string,
  cause: string,
): Promise<void> {
  const saved = await tx
    .selectFrom('run')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('status', '=', 'planned_and_saved')
    .forUpdate()
    .execute();
  for (const stale of saved) {
    if (!(await isStale(tx, stale))) continue;
    await happen(platform, tx, stale, { type: 'outdated' }, { description: `the plan is stale: ${cause}` });
  }
}
