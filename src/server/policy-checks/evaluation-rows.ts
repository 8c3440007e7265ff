import { sql } from 'kysely';
import { newId } from '@runwright/models';
import type { Row } from '../database/schema.ts';
import type { PolicyEvaluationStatus, PolicyKind } from '../database/tables/policies.ts';
import type { Tx } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import { readHoldingKinds } from './applicable-sets.ts';
import { statusOfOutcomes, type SetOutcome } from './verdict.ts';

const KINDS: readonly PolicyKind[] = ['cel', 'opa'];

const stampOf = (status: PolicyEvaluationStatus): string =>
  JSON.stringify({ [`${status}-at`]: statusTimestamp(new Date()) });

/**
 * Inserts the policies of a stage that begins as `pending`: clients that read the stage then wait for them. The caller
 * holds the run's row.
 */
export async function expectEvaluations(
  tx: Tx,
  run: Pick<Row<'run'>, 'workspace_id' | 'organization_id'>,
  stageId: string,
): Promise<void> {
  const workspace = { id: run.workspace_id, organization_id: run.organization_id };
  for (const kind of await readHoldingKinds(tx, workspace, 'post_plan'))
    await insertEvaluation(tx, { task_stage_id: stageId }, kind, 'pending');
}

/** Cancels the pending policies of a stage that has ended without them. The caller holds the run's row. */
export async function cancelEvaluations(tx: Tx, stageId: string): Promise<void> {
  await movePending(tx, stageId, 'canceled');
}

/**
 * Stores the outcomes of the policies, by language and set, as a part of a check or of a stage, whose pending
 * evaluations end. The caller holds the run's row.
 */
export async function recordEvaluations(
  tx: Tx,
  of: { policy_check_id: string } | { task_stage_id: string },
  sets: readonly SetOutcome[],
): Promise<void> {
  for (const kind of KINDS) {
    const own = sets.filter((set) => set.kind === kind);
    if (own.length === 0) continue;
    const status = statusOfOutcomes(own);
    const evaluationId =
      ('task_stage_id' in of && (await movePending(tx, of.task_stage_id, status, [kind]))) ||
      (await insertEvaluation(tx, of, kind, status));
    for (const set of own) await insertOutcome(tx, evaluationId, set);
  }
  // A language whose sets are gone has no failure; an outcome without a set is one of all sets.
  if ('task_stage_id' in of)
    await movePending(tx, of.task_stage_id, statusOfOutcomes(sets.filter(({ id }) => id === null)));
}

async function insertEvaluation(
  tx: Tx,
  of: { policy_check_id: string } | { task_stage_id: string },
  kind: PolicyKind,
  status: PolicyEvaluationStatus,
): Promise<string> {
  const id = newId('poleval');
  await tx
    .insertInto('policy_evaluation')
    .values({ id, ...of, kind, status, status_timestamps: stampOf(status) })
    .execute();
  return id;
}

/** @returns the id of an evaluation that moved, or undefined */
async function movePending(
  tx: Tx,
  stageId: string,
  status: PolicyEvaluationStatus,
  kinds: readonly PolicyKind[] = KINDS,
): Promise<string | undefined> {
  const moved = await tx
    .updateTable('policy_evaluation')
    .set({
      status,
      status_timestamps: sql`status_timestamps || ${stampOf(status)}::jsonb`,
      updated_at: new Date(),
    })
    .where('task_stage_id', '=', stageId)
    .where('status', '=', 'pending')
    .where('kind', 'in', kinds)
    .returning('id')
    .execute();
  return moved[0]?.id;
}

async function insertOutcome(tx: Tx, evaluationId: string, set: SetOutcome): Promise<void> {
  // The set may have been deleted since.
  const there = await tx
    .selectFrom('policy_set')
    .select('id')
    .where('id', '=', set.id ?? '')
    .forKeyShare()
    .executeTakeFirst();
  await tx
    .insertInto('policy_set_outcome')
    .values({
      id: newId('psout'),
      policy_evaluation_id: evaluationId,
      policy_set_id: there?.id ?? null,
      policy_set_name: set.name,
      policy_set_description: set.description,
      error: set.error,
      outcomes: JSON.stringify(set.outcomes),
    })
    .execute();
}
