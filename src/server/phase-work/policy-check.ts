import { describeChecks } from '../policy-checks/describe-checks.ts';
import { recordEvaluations } from '../policy-checks/evaluation-rows.ts';
import { movePolicyCheck } from '../policy-checks/phase-rows.ts';
import { judge, type SetOutcome } from '../policy-checks/verdict.ts';
import { evaluateSets, failedSets } from './evaluate-sets.ts';
import type { PhaseEnd, PhaseWork } from './phase-work.ts';

/**
 * Evaluates the policies of the run's workspace. When a set does not end, the check is errored, and a person who may
 * override policies decides (api-contract §3.3 rows 20 to 23).
 */
export const policyCheckWork: PhaseWork = {
  async work(platform, run, signal) {
    const startedAt = performance.now();
    const sets = await evaluateSets(platform, run, 'policy_check', signal);
    return toEnd(sets, Math.round(performance.now() - startedAt));
  },

  giveUp: (_run, reason) => toEnd(failedSets(reason), 0),
};

function toEnd(sets: readonly SetOutcome[], durationMs: number): PhaseEnd {
  const { status, outcome, counts, description } = judge(sets);
  return {
    outcome,
    ...(description === undefined ? {} : { description }),
    record: async (tx, run) => {
      await movePolicyCheck(tx, run.id, status, {
        result: JSON.stringify({ ...counts, durationMs }),
        output: describeChecks(sets),
      });
      const { id } = await tx
        .selectFrom('policy_check')
        .select('id')
        .where('run_id', '=', run.id)
        .executeTakeFirstOrThrow();
      await recordEvaluations(tx, { policy_check_id: id }, sets);
    },
  };
}
