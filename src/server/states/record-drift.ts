import type { Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';

/**
 * Keeps what a plan found to be changed outside of terraform with the state that it was made of, so that it is no
 * longer said once another state is current. A plan of some targets, or without a refresh, has not looked at all of it.
 */
export async function recordDrift(
  tx: Tx,
  run: Pick<Row<'run'>, 'id' | 'refresh' | 'target_addrs'>,
  stateVersionId: string | null,
  drifted: number | undefined,
): Promise<void> {
  if (stateVersionId === null || drifted === undefined) return;
  if (!run.refresh || (run.target_addrs ?? []).length > 0) return;
  await tx
    .updateTable('state_version')
    .set({ drifted, drift_run_id: run.id })
    .where('id', '=', stateVersionId)
    .execute();
}
