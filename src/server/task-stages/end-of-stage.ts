import { phaseAt, phaseRule } from '@runwright/models';
import type { Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { moveStage } from './move.ts';
import { judgeStage, type StageOutcome } from './outcome.ts';

/**
 * Ends a stage of a run once its results and its policies are over. The caller holds the run's row.
 *
 * @returns undefined while the stage still waits for one of them
 */
export async function endOfStage(
  tx: Tx,
  run: Pick<Row<'run'>, 'status' | 'plan_only'>,
  stageId: string,
): Promise<Pick<StageOutcome, 'outcome' | 'description'> | undefined> {
  const stage = await tx
    .selectFrom('task_stage')
    .select(['policy_status', 'policy_message'])
    .where('id', '=', stageId)
    .executeTakeFirstOrThrow();
  const results = await tx
    .selectFrom('task_result')
    .selectAll()
    .where('task_stage_id', '=', stageId)
    .orderBy('task_name')
    .execute();
  if (stage.policy_status === 'pending' || results.some(({ status }) => status === 'running'))
    return undefined;
  const phase = phaseAt(run.status, 'running');
  const mayHold = phase !== undefined && phaseRule(phase).held !== null && !run.plan_only;
  const { status, outcome, description } = judgeStage(results, stage, mayHold);
  await moveStage(tx, stageId, status);
  return { outcome, ...(description === undefined ? {} : { description }) };
}
