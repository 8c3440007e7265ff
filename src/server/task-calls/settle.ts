import { newId } from '@runwright/models';
import type { Actor } from '../access/record-change.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import type { OutcomeTags, TaskResultStatus } from '../database/tables/run-tasks.ts';
import { announce, type Tx } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { endPhase } from '../phase-work/end-phase.ts';
import { endOfStage } from '../task-stages/end-of-stage.ts';
import { moveResults } from '../task-stages/move.ts';

export interface Finding {
  outcomeId: string;
  description: string;
  body: string;
  url: string | null;
  tags: OutcomeTags;
}

/** The result of a task. Missing members stay as they were. */
export interface Said {
  status: Extract<TaskResultStatus, 'running' | 'passed' | 'failed' | 'errored'>;
  message?: string | undefined;
  url?: string | null | undefined;
  findings?: readonly Finding[] | undefined;
  /** The result comes from the service itself. */
  isAnswer?: boolean;
}

/**
 * Writes the result of a task, and if it was the last one that its stage waited for, advances the run; in one
 * transaction. A result that is over, or whose run has left the stage, stays as it is.
 *
 * @returns whether the stage waited for it
 */
export async function settleResult(
  platform: Platform,
  actor: Actor,
  resultId: string,
  said: Said,
): Promise<boolean> {
  const found = await platform.db
    .selectFrom('task_result')
    .innerJoin('task_stage', 'task_stage.id', 'task_result.task_stage_id')
    .select(['task_stage.id as stageId', 'task_stage.stage', 'task_stage.run_id'])
    .where('task_result.id', '=', resultId)
    .executeTakeFirst();
  if (found === undefined) return false;
  let isWaitedFor = false;
  await endPhase(platform, { runId: found.run_id, phase: found.stage }, async (tx, run) => {
    const result = await tx
      .selectFrom('task_result')
      .selectAll()
      .where('id', '=', resultId)
      .where('status', '=', 'running')
      .executeTakeFirst();
    isWaitedFor = result !== undefined;
    if (result === undefined) return undefined;
    await write(tx, result, said);
    await recordChange(tx, actor, {
      organizationId: run.organization_id,
      resource: { type: 'task-results', id: resultId },
      action: 'update',
      before: { status: 'running' },
      after: { status: said.status, task: result.task_name, run: run.id },
    });
    // Followers of the run see the results of its tasks.
    announce(tx, topics.runEvents);
    return said.status === 'running' ? undefined : await endOfStage(tx, run, found.stageId);
  });
  return isWaitedFor;
}

async function write(tx: Tx, result: Row<'task_result'>, said: Said): Promise<void> {
  const { status, message, url, findings, isAnswer = false } = said;
  await moveResults(tx, { resultId: result.id }, status, {
    ...(message === undefined ? {} : { message }),
    ...(url === undefined ? {} : { url }),
    ...(isAnswer
      ? { answered_at: result.answered_at ?? new Date(), delivered_at: result.delivered_at ?? new Date() }
      : {}),
  });
  if (findings === undefined) return;
  await tx.deleteFrom('task_result_outcome').where('task_result_id', '=', result.id).execute();
  if (findings.length === 0) return;
  await tx
    .insertInto('task_result_outcome')
    .values(
      findings.map(({ outcomeId, tags, ...finding }, position) => ({
        ...finding,
        id: newId('trout'),
        task_result_id: result.id,
        position,
        outcome_id: outcomeId,
        tags: JSON.stringify(tags),
      })),
    )
    .execute();
}
