import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';
import { movePolicyCheck } from '../policy-checks/phase-rows.ts';
import { act } from './actions.ts';
import { advanceWorkspace } from './schedule.ts';
import { happenAndConfirm } from './self-confirm.ts';

/**
 * Lets a run continue whose policy check failed in a way that can be overridden, or could not be evaluated. When two
 * people do this at once, the second is refused.
 *
 * @throws 409 there is nothing to override
 */
export async function overridePolicies(
  platform: Platform,
  caller: Caller,
  runId: string,
  comment?: string,
): Promise<void> {
  await act(
    platform,
    caller,
    'override_policies',
    runId,
    comment,
    async (tx, { workspace, run }, actor) => {
      if (run.status !== 'policy_override')
        refuse('conflict', 'The run waits for no decision about its policies: override not allowed.');
      await movePolicyCheck(tx, run.id, 'overridden', {
        overridden_by: actor.actorId,
        override_comment: comment ?? null,
      });
      const description = 'the policies were overridden';
      await happenAndConfirm(platform, tx, run, { type: 'override' }, { ...actor, description });
      await advanceWorkspace(platform, tx, workspace);
    },
    'override-policies',
  );
}
