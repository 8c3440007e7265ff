import { newId } from '@runwright/models';
import { statusOfOutcomes, type SetOutcome } from '../policy-checks/verdict.ts';
import type { Tx } from '../runs/transitions.ts';

/** Keeps what the policies said, by language and set, as a part of a check or of a stage. */
export async function insertEvaluations(
  tx: Tx,
  of: { policy_check_id: string } | { task_stage_id: string },
  sets: readonly SetOutcome[],
): Promise<void> {
  for (const kind of ['cel', 'opa'] as const) {
    const own = sets.filter((set) => set.kind === kind);
    if (own.length === 0) continue;
    const evaluationId = newId('poleval');
    await tx
      .insertInto('policy_evaluation')
      .values({ id: evaluationId, ...of, kind, status: statusOfOutcomes(own) })
      .execute();
    for (const set of own) {
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
  }
}
