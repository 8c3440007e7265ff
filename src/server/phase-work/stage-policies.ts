import { recordEvaluations } from '../policy-checks/evaluation-rows.ts';
import { judge, type SetOutcome } from '../policy-checks/verdict.ts';
import { endOfStage } from '../task-stages/end-of-stage.ts';
import { settleStagePolicies } from '../task-stages/move.ts';
import { evaluateSets, failedSets } from './evaluate-sets.ts';
import type { PhaseWork, SettlePhase } from './phase-work.ts';

/**
 * Evaluates the policies of the stage after a plan, beside the services that are asked there (api-contract §3.3 rows 13
 * to 16): the last of them to finish ends the stage.
 */
export const stagePolicyWork: PhaseWork = {
  async work(platform, run, signal) {
    const stage = await platform.db
      .selectFrom('task_stage')
      .select('policy_status')
      .where('run_id', '=', run.id)
      .where('stage', '=', 'post_plan')
      .executeTakeFirst();
    if (stage?.policy_status !== 'pending') return undefined;
    return settle(await evaluateSets(platform, run, 'post_plan', signal));
  },

  giveUp: (_run, reason) => settle(failedSets(reason)),
};

const settle =
  (sets: readonly SetOutcome[]): SettlePhase =>
  async (tx, run) => {
    const { status, description = null } = judge(sets);
    const verdict = { policy_status: status, policy_message: description };
    const stageId = await settleStagePolicies(tx, run.id, verdict);
    if (stageId === undefined) return undefined;
    await recordEvaluations(tx, { task_stage_id: stageId }, sets);
    return await endOfStage(tx, run, stageId);
  };
