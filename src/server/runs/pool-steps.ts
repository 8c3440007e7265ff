import { sql } from 'kysely';
import type { Tx } from './transitions.ts';

/**
 * The most urgent waiting step of a pool: applies before plans before speculative plans, the oldest first, as in the
 * queue of the platform's own runners. Two agents may be shown the same one; beginning it decides.
 *
 * @param machine the agent's platform: it is shown no apply of a plan that was made on another one
 */
export async function nextStepOfPool(
  tx: Tx,
  poolId: string,
  machine: string | undefined,
): Promise<string | undefined> {
  const step = await tx
    .selectFrom('run_phase')
    .innerJoin('run', 'run.id', 'run_phase.run_id')
    .select('run_phase.id')
    .where('run_phase.agent_pool_id', '=', poolId)
    .where('run_phase.status', '=', 'queued')
    .$if(machine !== undefined, (query) =>
      query.where(
        sql<boolean>`(run_phase.kind = 'plan' or not exists (select from run_phase as plan
          where plan.run_id = run.id and plan.kind = 'plan' and plan.platform <> ${machine}))`,
      ),
    )
    .orderBy(sql`run_phase.kind`)
    .orderBy('run.plan_only')
    .orderBy('run.sequence')
    .limit(1)
    .executeTakeFirst();
  return step?.id;
}

/** Whether the step applies a plan of another platform, whose providers and hashes would differ. */
export async function wantsOtherMachine(
  tx: Tx,
  phaseId: string,
  machine: string | undefined,
): Promise<boolean> {
  if (machine === undefined) return false;
  const plan = await tx
    .selectFrom('run_phase as apply')
    .innerJoin('run_phase as plan', 'plan.run_id', 'apply.run_id')
    .select('plan.platform')
    .where('apply.id', '=', phaseId)
    .where('apply.kind', '=', 'apply')
    .where('plan.kind', '=', 'plan')
    .executeTakeFirst();
  const wanted = plan?.platform ?? machine;
  return wanted !== machine;
}
