import { newId } from '@runwright/models';
import type { Row } from '../database/schema.ts';
import type { CostEstimateStatus } from '../database/tables/checks.ts';
import type { Tx } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import type { NewRun, PhaseRows } from '../run-phases/phase-rows.ts';

/**
 * A run is estimated when its organization wants that and the run does not target only some resources: for these the
 * cost would say little (api-contract §3.3 row 17).
 */
export const costEstimateRows: PhaseRows = {
  isWanted: async (tx, run) => !isTargeted(run) && (await isEnabled(tx, run.organization_id)),

  async prepare(tx, run) {
    const skips = isTargeted(run) && (await isEnabled(tx, run.organization_id));
    if (!skips && !run.phases.includes('cost_estimate')) return;
    const status = skips ? 'skipped_due_to_targeting' : 'pending';
    const row = { id: newId('ce'), run_id: run.id, status, status_timestamps: stampOf(status) } as const;
    await tx.insertInto('cost_estimate').values(row).execute();
  },

  async begin(tx, run) {
    await moveEstimate(tx, run.id, 'queued');
  },

  async close(tx, run) {
    const estimate = await tx
      .selectFrom('cost_estimate')
      .select('status')
      .where('run_id', '=', run.id)
      .executeTakeFirst();
    if (estimate?.status === 'pending') await moveEstimate(tx, run.id, 'unreachable');
    if (estimate?.status === 'queued') await moveEstimate(tx, run.id, 'canceled');
  },
};

type Result = Partial<
  Pick<
    Row<'cost_estimate'>,
    'error_message' | 'currency' | 'prior' | 'proposed' | 'delta' | 'resources_count'
  > & {
    matched: string;
    unmatched: string;
    price_books: string;
  }
>;

/** The caller holds the run's row. */
export async function moveEstimate(
  tx: Tx,
  runId: string,
  status: CostEstimateStatus,
  result: Result = {},
): Promise<void> {
  const { status_timestamps: stamps } = await tx
    .selectFrom('cost_estimate')
    .select('status_timestamps')
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('cost_estimate')
    .set({ ...result, status, status_timestamps: stampOf(status, stamps) })
    .where('run_id', '=', runId)
    .execute();
}

const stampOf = (status: CostEstimateStatus, earlier: Record<string, string> = {}): string => {
  const key = `${status.replaceAll('_', '-')}-at`;
  return JSON.stringify({ ...earlier, [key]: statusTimestamp(new Date()) });
};

const isTargeted = ({ target_addrs: addrs }: { target_addrs?: NewRun['target_addrs'] | string[] }): boolean =>
  addrs !== null && addrs !== undefined;

async function isEnabled(tx: Tx, organizationId: string): Promise<boolean> {
  const organization = await tx
    .selectFrom('organization')
    .select('cost_estimation_enabled')
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return organization.cost_estimation_enabled;
}
