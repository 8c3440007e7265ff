import type { Kysely } from 'kysely';
import type { PlatformRunStatus } from '@runwright/models';
import type { Database, Row } from '../database/schema.ts';

export interface StageDetails {
  stage: Row<'task_stage'>;
  runStatus: PlatformRunStatus;
  resultIds: string[];
  evaluationIds: string[];
  costEstimateId: string | null;
}

export interface ResultDetails {
  result: Row<'task_result'>;
  stage: Row<'task_stage'>;
  /** True: the run can never be applied. */
  isSpeculative: boolean;
  outcomeIds: string[];
}

export type ResultOutcome = Row<'task_result_outcome'>;

const ORDER: readonly Row<'task_stage'>['stage'][] = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'];

/** In the order of a run's life. For callers who may read the stages' runs, by one of the two ids. */
export async function readStages(
  db: Kysely<Database>,
  by: 'id' | 'run_id',
  ids: readonly string[],
): Promise<StageDetails[]> {
  if (ids.length === 0) return [];
  const stages = await db
    .selectFrom('task_stage')
    .innerJoin('run', 'run.id', 'task_stage.run_id')
    .leftJoin('cost_estimate', 'cost_estimate.run_id', 'run.id')
    .selectAll('task_stage')
    .select(['run.status as run_status', 'cost_estimate.id as cost_estimate_id'])
    .where(`task_stage.${by}`, 'in', ids)
    .execute();
  if (stages.length === 0) return [];
  const results = await db
    .selectFrom('task_result')
    .select(['id', 'task_stage_id'])
    .where(
      'task_stage_id',
      'in',
      stages.map(({ id }) => id),
    )
    .orderBy('task_name')
    .orderBy('id')
    .execute();
  const withPolicies = stages.flatMap(({ id, policy_status: status }) => (status === null ? [] : [id]));
  const evaluations =
    withPolicies.length === 0
      ? []
      : await db
          .selectFrom('policy_evaluation')
          .select(['id', 'task_stage_id'])
          .where('task_stage_id', 'in', withPolicies)
          .orderBy('kind')
          .execute();
  return stages
    .toSorted((a, b) => ORDER.indexOf(a.stage) - ORDER.indexOf(b.stage))
    .map(({ run_status: runStatus, cost_estimate_id: costEstimateId, ...stage }) => ({
      stage,
      runStatus,
      costEstimateId,
      evaluationIds: evaluations.filter((one) => one.task_stage_id === stage.id).map(({ id }) => id),
      resultIds: results.filter(({ task_stage_id }) => task_stage_id === stage.id).map(({ id }) => id),
    }));
}

/** As {@link readStages}: results by their own id, or all results of stages. */
export async function readResults(
  db: Kysely<Database>,
  by: 'id' | 'task_stage_id',
  ids: readonly string[],
): Promise<ResultDetails[]> {
  if (ids.length === 0) return [];
  const results = await db
    .selectFrom('task_result')
    .selectAll()
    .where(by, 'in', ids)
    .orderBy('task_name')
    .orderBy('id')
    .execute();
  if (results.length === 0) return [];
  const stages = await db
    .selectFrom('task_stage')
    .innerJoin('run', 'run.id', 'task_stage.run_id')
    .selectAll('task_stage')
    .select('run.plan_only')
    .where(
      'task_stage.id',
      'in',
      results.map(({ task_stage_id: id }) => id),
    )
    .execute();
  const outcomes = await db
    .selectFrom('task_result_outcome')
    .select(['id', 'task_result_id'])
    .where(
      'task_result_id',
      'in',
      results.map(({ id }) => id),
    )
    .orderBy('position')
    .execute();
  return results.flatMap((result) => {
    const found = stages.find(({ id }) => id === result.task_stage_id);
    if (found === undefined) return [];
    const { plan_only: isSpeculative, ...stage } = found;
    const outcomeIds = outcomes.filter((one) => one.task_result_id === result.id).map(({ id }) => id);
    return [{ result, stage, isSpeculative, outcomeIds }];
  });
}

export async function readOutcomes(
  db: Kysely<Database>,
  resultIds: readonly string[],
): Promise<ResultOutcome[]> {
  if (resultIds.length === 0) return [];
  return await db
    .selectFrom('task_result_outcome')
    .selectAll()
    .where('task_result_id', 'in', resultIds)
    .orderBy('task_result_id')
    .orderBy('position')
    .execute();
}

/** @returns the outcome with its run, or undefined */
export async function findOutcome(
  db: Kysely<Database>,
  id: string,
): Promise<(ResultOutcome & { run_id: string }) | undefined> {
  return await db
    .selectFrom('task_result_outcome')
    .innerJoin('task_result', 'task_result.id', 'task_result_outcome.task_result_id')
    .innerJoin('task_stage', 'task_stage.id', 'task_result.task_stage_id')
    .selectAll('task_result_outcome')
    .select('task_stage.run_id')
    .where('task_result_outcome.id', '=', id)
    .executeTakeFirst();
}
