import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';

/** For callers who may read the runs of the estimates. */
export async function readCostEstimates(
  { db }: Pick<Platform, 'db'>,
  ids: readonly string[],
): Promise<Row<'cost_estimate'>[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom('cost_estimate').selectAll().where('id', 'in', ids).execute();
}
