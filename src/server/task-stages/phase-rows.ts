import { newId } from '@runwright/models';
import type { Row } from '../database/schema.ts';
import type { TaskStageName } from '../database/tables/run-tasks.ts';
import type { Tx } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import { cancelEvaluations, expectEvaluations } from '../policy-checks/evaluation-rows.ts';
import type { PhaseRows } from '../run-phases/phase-rows.ts';
import { moveResults, moveStage } from './move.ts';
import { holdingPolicies, readTasksAt } from './tasks-of-run.ts';

/** A run's tasks are copied when it is created. */
export const taskStageRows = (stage: TaskStageName): PhaseRows => ({
  async prepare(tx, run) {
    if (!run.phases.includes(stage)) return;
    const id = newId('ts');
    const pending = { status: 'pending', status_timestamps: pendingNow() } as const;
    const hasPolicies =
      stage === 'post_plan' && (await holdingPolicies(tx, run).executeTakeFirst()) !== undefined;
    await tx
      .insertInto('task_stage')
      .values({ id, run_id: run.id, stage, policy_status: hasPolicies ? 'pending' : null, ...pending })
      .execute();
    const tasks = await readTasksAt(tx, run, stage);
    if (tasks.length === 0) return;
    await tx
      .insertInto('task_result')
      .values(
        tasks.map((task) => ({
          id: newId('taskrs'),
          task_stage_id: id,
          run_task_id: task.id,
          workspace_task_id: task.workspace_task_id,
          task_name: task.name,
          task_url: task.url,
          level: task.level,
          overridable: task.overridable,
          ...pending,
        })),
      )
      .execute();
  },

  async begin(tx, run) {
    const { id, policy_status: policies } = await readStage(tx, run, stage);
    await moveStage(tx, id, 'running');
    if (policies === 'pending') await expectEvaluations(tx, run, id);
    const now = new Date();
    const asked = { asked_at: now, next_attempt_at: now };
    await moveResults(tx, { stageId: id, from: 'pending' }, 'running', asked);
  },

  async close(tx, run) {
    const { id, status, policy_status: policies } = await readStage(tx, run, stage);
    if (status === 'pending') await moveStage(tx, id, 'unreachable');
    if (status === 'running' || status === 'awaiting_override') await moveStage(tx, id, 'canceled');
    if (policies === 'pending') await cancelEvaluations(tx, id);
    await moveResults(tx, { stageId: id, from: 'pending' }, 'unreachable');
    await moveResults(tx, { stageId: id, from: 'running' }, 'canceled');
  },
});

const pendingNow = (): string => JSON.stringify({ 'pending-at': statusTimestamp(new Date()) });

const readStage = async (tx: Tx, { id }: Pick<Row<'run'>, 'id'>, stage: TaskStageName) =>
  await tx
    .selectFrom('task_stage')
    .select(['id', 'status', 'policy_status'])
    .where('run_id', '=', id)
    .where('stage', '=', stage)
    .executeTakeFirstOrThrow();
