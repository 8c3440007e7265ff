import { sql } from 'kysely';
import { endTaskTokens } from '../access/task-tokens.ts';
import type { RowChange } from '../database/schema.ts';
import type { TaskResultStatus, TaskStageStatus } from '../database/tables/run-tasks.ts';
import type { Tx } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';

const stampOf = (status: string): string =>
  JSON.stringify({ [`${status.replaceAll('_', '-')}-at`]: statusTimestamp(new Date()) });

/** The caller holds the run's row. */
export async function moveStage(
  tx: Tx,
  stageId: string,
  status: TaskStageStatus,
  columns: Pick<RowChange<'task_stage'>, 'overridden_by' | 'override_comment'> = {},
): Promise<void> {
  await tx
    .updateTable('task_stage')
    .set({
      ...columns,
      status,
      status_timestamps: sql`status_timestamps || ${stampOf(status)}::jsonb`,
      updated_at: new Date(),
    })
    .where('id', '=', stageId)
    .execute();
}

/**
 * Stores the outcome of a run's stage policies. The caller holds the run's row.
 *
 * @returns the stage's id, or undefined if it does not wait for them
 */
export async function settleStagePolicies(
  tx: Tx,
  runId: string,
  columns: Pick<RowChange<'task_stage'>, 'policy_status' | 'policy_message'>,
): Promise<string | undefined> {
  const stage = await tx
    .updateTable('task_stage')
    .set({ ...columns, updated_at: new Date() })
    .where('run_id', '=', runId)
    .where('policy_status', '=', 'pending')
    .returning('id')
    .executeTakeFirst();
  return stage?.id;
}

/** The caller holds the run's row. A result that is over takes no more callbacks: its token ends with it. */
export async function moveResults(
  tx: Tx,
  where: { resultId: string } | { stageId: string; from: TaskResultStatus },
  status: TaskResultStatus,
  columns: Omit<RowChange<'task_result'>, 'status' | 'status_timestamps' | 'updated_at'> = {},
): Promise<void> {
  const isOver = status !== 'running';
  const moved = await tx
    .updateTable('task_result')
    .set({
      ...columns,
      ...(isOver ? { sealed_access_token: null, next_attempt_at: null } : {}),
      status,
      status_timestamps: sql`status_timestamps || ${stampOf(status)}::jsonb`,
      updated_at: new Date(),
    })
    .where((is) =>
      'resultId' in where
        ? is('id', '=', where.resultId)
        : is.and([is('task_stage_id', '=', where.stageId), is('status', '=', where.from)]),
    )
    .returning('id')
    .execute();
  if (!isOver || moved.length === 0) return;
  await endTaskTokens(
    tx,
    moved.map(({ id }) => id),
  );
}
