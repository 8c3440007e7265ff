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
  checkStatus: Row<'policy_check'>['status'];
  outcomes: OutcomeDetails[];
}

/** For whoever may read the runs that they are of, by one of the two ids. */
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

/** @returns with the run that it is of, or undefined */
export async function findEvaluation(
  db: Kysely<Database>,
  id: string,
): Promise<(EvaluationDetails & { runId: string }) | undefined> {
  const found = await db
    .selectFrom('policy_evaluation')
    .innerJoin('policy_check', 'policy_check.id', 'policy_evaluation.policy_check_id')
    .selectAll('policy_evaluation')
    .select(['policy_check.run_id', 'policy_check.status as check_status'])
    .where('policy_evaluation.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const outcomes = await db
    .selectFrom('policy_set_outcome')
    .selectAll()
    .where('policy_evaluation_id', '=', id)
    .orderBy('policy_set_name')
    .orderBy('id')
    .execute();
  const { run_id: runId, check_status: checkStatus, ...evaluation } = found;
  return { evaluation, checkStatus, outcomes, runId };
}

/** @returns with the run that it is of, or undefined */
export async function findOutcome(
  db: Kysely<Database>,
  id: string,
): Promise<{ outcome: OutcomeDetails; runId: string } | undefined> {
  const found = await db
    .selectFrom('policy_set_outcome')
    .innerJoin('policy_evaluation', 'policy_evaluation.id', 'policy_set_outcome.policy_evaluation_id')
    .innerJoin('policy_check', 'policy_check.id', 'policy_evaluation.policy_check_id')
    .selectAll('policy_set_outcome')
    .select('policy_check.run_id')
    .where('policy_set_outcome.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { run_id: runId, ...outcome } = found;
  return { outcome, runId };
}
