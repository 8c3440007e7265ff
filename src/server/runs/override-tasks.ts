import { phaseAt } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';
import { moveStage } from '../task-stages/move.ts';
import { act } from './actions.ts';
import { advanceWorkspace } from './schedule.ts';
import { happenAndConfirm } from './self-confirm.ts';

/**
 * Lets a run continue whose mandatory tasks or stage policies failed and may be overridden. When two people do this at
 * once, the second is refused.
 *
 * @throws 409 there is nothing to override
 */
export async function overrideTasks(
  platform: Platform,
  caller: Caller,
  { id: stageId, run_id: runId }: { id: string; run_id: string },
  comment?: string,
): Promise<void> {
  await act(
    platform,
    caller,
    'override_tasks',
    runId,
    comment,
    async (tx, { workspace, run }, actor) => {
      const stage = await tx
        .selectFrom('task_stage')
        .select(['stage', 'status'])
        .where('id', '=', stageId)
        .executeTakeFirst();
      if (stage?.status !== 'awaiting_override' || phaseAt(run.status, 'held') !== stage.stage)
        refuse('conflict', 'The run waits for no decision about this task stage: override not allowed.');
      const override_comment = comment ?? null;
      await moveStage(tx, stageId, 'passed', { overridden_by: actor.actorId, override_comment });
      const description = `the ${stage.stage.replace('_', '-')} tasks were overridden`;
      await happenAndConfirm(platform, tx, run, { type: 'override' }, { ...actor, description });
      await advanceWorkspace(platform, tx, workspace);
    },
    'override-policies',
  );
}
