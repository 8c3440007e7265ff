import type { Kysely } from 'kysely';
import type { PlatformRunStatus } from '@runwright/models';
import type { Database, Row } from '../database/schema.ts';

export interface CheckDetails {
  check: Row<'policy_check'>;
  runStatus: PlatformRunStatus;
  evaluationIds: string[];
}

export type OutcomeDetails = Row<'policy_set_outcome'>;

export interface EvaluationDetails {
  evaluation: Row<'policy_evaluation'>;
  runId: string;
  /** A person let the run continue in spite of the result, if it did not pass. */
  isOverridden: boolean;
  outcomes: OutcomeDetails[];
}

/** For callers who may read the runs of the checks, by one of the two ids. */
export async function readPolicyChecks(
  db: Kysely<Database>,
  by: 'id' | 'run_id',
  ids: readonly string[],
): Promise<CheckDetails[]> {
  if (ids.length === 0) return [];
  const checks = await db
    .selectFrom('policy_check')
    .innerJoin('run', 'run.id', 'policy_check.run_id')
    .selectAll('policy_check')
    .select('run.status as run_status')
    .where(`policy_check.${by}`, 'in', ids)
    .execute();
  if (checks.length === 0) return [];
  const evaluations = await db
    .selectFrom('policy_evaluation')
    .select(['id', 'policy_check_id'])
    .where(
      'policy_check_id',
      'in',
      checks.map(({ id }) => id),
    )
    .orderBy('kind')
    .execute();
  return checks.map(({ run_status: runStatus, ...check }) => ({
    check,
    runStatus,
    evaluationIds: evaluations
      .filter(({ policy_check_id }) => policy_check_id === check.id)
      .map(({ id }) => id),
  }));
}

/** Evaluations with the results of their sets, for callers who may read their runs: by their ids, or all of stages. */
export async function readEvaluations(
  db: Kysely<Database>,
  by: 'id' | 'task_stage_id',
  ids: readonly string[],
): Promise<EvaluationDetails[]> {
  if (ids.length === 0) return [];
  const evaluations = await selectEvaluations(db)
    .selectAll('policy_evaluation')
    .select((select) => [
      select.fn.coalesce('policy_check.run_id', 'task_stage.run_id').as('run_id'),
      'policy_check.status as check_status',
      'task_stage.overridden_by',
      'task_stage.status as stage_status',
    ])
    .where(`policy_evaluation.${by}`, 'in', ids)
    .orderBy('policy_evaluation.kind')
    .execute();
  if (evaluations.length === 0) return [];
  const outcomes = await db
    .selectFrom('policy_set_outcome')
    .selectAll()
    .where(
      'policy_evaluation_id',
      'in',
      evaluations.map(({ id }) => id),
    )
    .orderBy('policy_set_name')
    .orderBy('id')
    .execute();
  return evaluations.flatMap(({ run_id, check_status, stage_status, overridden_by, ...evaluation }) => {
    if (run_id === null) return [];
    const isOverridden =
      check_status === 'overridden' || (stage_status === 'passed' && overridden_by !== null);
    const own = outcomes.filter((outcome) => outcome.policy_evaluation_id === evaluation.id);
    return [{ evaluation, runId: run_id, isOverridden, outcomes: own }];
  });
}

const selectEvaluations = (db: Kysely<Database>) =>
  db
    .selectFrom('policy_evaluation')
    .leftJoin('policy_check', 'policy_check.id', 'policy_evaluation.policy_check_id')
    .leftJoin('task_stage', 'task_stage.id', 'policy_evaluation.task_stage_id');

/** @returns the outcome with its run, or undefined */
export async function findOutcome(
  db: Kysely<Database>,
  id: string,
): Promise<{ outcome: OutcomeDetails; runId: string } | undefined> {
  const found = await selectEvaluations(db)
    .innerJoin('policy_set_outcome', 'policy_set_outcome.policy_evaluation_id', 'policy_evaluation.id')
    .selectAll('policy_set_outcome')
    .select((select) => select.fn.coalesce('policy_check.run_id', 'task_stage.run_id').as('run_id'))
    .where('policy_set_outcome.id', '=', id)
    .executeTakeFirst();
  if (found === undefined || found.run_id === null) return undefined;
  const { run_id: runId, ...outcome } = found;
  return { outcome, runId };
}
