import { type Run, type Tx } from './transitions.ts';

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
