import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { FIRST_ANSWER_MS, TOTAL_MS } from '../../task-stages/deadlines.ts';
import type { Run } from '../transitions.ts';
import type { WaitReason } from './document.ts';

/** The services that a run waits for at a stage of tasks; undefined when it is at none. */
export async function taskReason(db: Kysely<Database>, run: Run): Promise<WaitReason | undefined> {
  const results = await db
    .selectFrom('task_result')
    .innerJoin('task_stage', 'task_stage.id', 'task_result.task_stage_id')
    .select(['task_result.task_name', 'task_result.asked_at', 'task_result.answered_at'])
    .where('task_stage.run_id', '=', run.id)
    .where('task_stage.status', '=', 'running')
    .where('task_result.status', '=', 'running')
    .orderBy('task_result.task_name')
    .execute();
  const [first] = results;
  if (first === undefined) return undefined;
  const silent = results.filter(({ answered_at: answeredAt }) => answeredAt === null);
  const named = (rows: typeof results): string => rows.map(({ task_name: name }) => name).join(', ');
  const since = first.asked_at ?? run.updated_at;
  const isSilent = silent.length > 0;
  return {
    kind: 'task-services',
    message: isSilent
      ? `The run task ${named(silent)} has been silent since ${since.toISOString()}.`
      : `The run task ${named(results)} is at work since ${since.toISOString()}.`,
    needsPerson: false,
    since,
    until: new Date(since.getTime() + (isSilent ? FIRST_ANSWER_MS : TOTAL_MS)),
  };
}
