import { sql } from 'kysely';
import type { Tx } from './transitions.ts';

/**
 * The most urgent step that waits in a pool: applies before plans before speculative plans, the oldest first, as in the
 * queue of the platform's own runners. Two agents may be shown the same one; beginning it decides.
 */
export async function nextStepOfPool(tx: Tx, poolId: string): Promise<string | undefined> {
  const step = await tx
    .selectFrom('run_phase')
    .innerJoin('run', 'run.id', 'run_phase.run_id')
    .select('run_phase.id')
    .where('run_phase.agent_pool_id', '=', poolId)
    .where('run_phase.status', '=', 'queued')
    .orderBy(sql`run_phase.kind`)
    .orderBy('run.plan_only')
    .orderBy('run.sequence')
    .limit(1)
    .executeTakeFirst();
  return step?.id;
}
