import type { RunEvent } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';
import { act } from './actions.ts';
import { foresee, happen } from './life.ts';
import { recordEvent, type Run, type Tx } from './transitions.ts';

/**
 * Moves a waiting run to the front: the run that holds the workspace and all runs that waited longer are discarded, in
 * one transaction (api-contract §2.4, §3.3 rows 43 and 44).
 *
 * @throws 403 the run does not wait, or not behind a run; 409 the run before it cannot be discarded now
 */
export async function forceExecuteRun(platform: Platform, caller: Caller, runId: string): Promise<void> {
  await act(platform, caller, 'force_execute', runId, undefined, async (tx, { run }, actor) => {
    if (run.status !== 'pending') {
      refuse('forbidden', `The run is ${run.status}: only a run that is pending can be force-executed.`);
    }
    const holder = await tx
      .selectFrom('run')
      .selectAll()
      .where('workspace_id', '=', run.workspace_id)
      .where('holds_workspace', '=', true)
      .forUpdate()
      .executeTakeFirst();
    if (holder === undefined) {
      refuse('forbidden', 'The workspace is not locked by a run, so there is none to go before: unlock it.');
    }
    if (foresee(holder, DISPLACED) !== 'discarded') {
      refuse(
        'conflict',
        `The run ${holder.id} is ${holder.status} and cannot be discarded now: cancel it or wait for it.`,
      );
    }
    for (const displaced of [holder, ...(await readEarlier(tx, run))]) {
      const description = `${run.id} was force-executed`;
      await happen(platform, tx, displaced, DISPLACED, { ...actor, description });
    }
    await recordEvent(tx, run.id, 'force_executed', actor);
    await happen(platform, tx, run, { type: 'schedule', workspaceFree: true });
  });
}

const DISPLACED: RunEvent = { type: 'displaced' };

/** The runs that would have had their turn before this one. */
async function readEarlier(tx: Tx, run: Run): Promise<Run[]> {
  return await tx
    .selectFrom('run')
    .selectAll()
    .where('workspace_id', '=', run.workspace_id)
    .where('status', '=', 'pending')
    .where('plan_only', '=', false)
    .where('save_plan', '=', false)
    .where('sequence', '<', run.sequence)
    .orderBy('sequence')
    .forUpdate()
    .execute();
}
