import { newId } from '@runwright/models';
import type { RowChange } from '../database/schema.ts';
import type { PolicyCheckStatus } from '../database/tables/policies.ts';
import type { Tx } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import type { PhaseRows } from '../run-phases/phase-rows.ts';
import { selectHolding } from './applicable-sets.ts';

/** A run is checked if a policy set with policies applies to its workspace at that time (api-contract §3.3 row 19). */
export const policyCheckRows: PhaseRows = {
  async isWanted(tx, run) {
    const workspace = { id: run.workspace_id, organization_id: run.organization_id };
    return (await selectHolding(tx, workspace, 'policy_check').executeTakeFirst()) !== undefined;
  },

  async prepare(tx, run) {
    if (!run.phases.includes('policy_check')) return;
    await tx
      .insertInto('policy_check')
      .values({ id: newId('polchk'), run_id: run.id, status: 'pending' })
      .execute();
  },

  async begin(tx, run) {
    await movePolicyCheck(tx, run.id, 'queued');
  },

  async close(tx, run) {
    const check = await tx
      .selectFrom('policy_check')
      .select('status')
      .where('run_id', '=', run.id)
      .executeTakeFirst();
    if (check?.status === 'pending') await movePolicyCheck(tx, run.id, 'unreachable');
    if (check?.status === 'queued') await movePolicyCheck(tx, run.id, 'canceled');
  },
};

/** The caller holds the run's row. */
export async function movePolicyCheck(
  tx: Tx,
  runId: string,
  status: PolicyCheckStatus,
  columns: Omit<RowChange<'policy_check'>, 'status' | 'status_timestamps' | 'updated_at'> = {},
): Promise<void> {
  const now = new Date();
  const { status_timestamps: stamps } = await tx
    .selectFrom('policy_check')
    .select('status_timestamps')
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow();
  const key = `${status.replaceAll('_', '-')}-at`;
  await tx
    .updateTable('policy_check')
    .set({
      ...columns,
      status,
      status_timestamps: JSON.stringify({ ...stamps, [key]: statusTimestamp(now) }),
      updated_at: now,
    })
    .where('run_id', '=', runId)
    .execute();
}
