import { phaseAt, phaseRule, type RunEvent, type RunPhase } from '@runwright/models';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { advanceWorkspace } from '../runs/schedule.ts';
import { happenAndConfirm } from '../runs/self-confirm.ts';
import { lockRun, type Tx } from '../runs/transitions.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import type { PhaseEnd, SettlePhase } from './phase-work.ts';

const EVENTS: Record<PhaseEnd['outcome'], RunEvent> = {
  passed: { type: 'phasePassed' },
  failed: { type: 'phaseFailed' },
  held: { type: 'phaseHeld' },
};

/**
 * Ends a phase of a run and advances the run, in one transaction with the phase's result. A run that is no longer in
 * the phase (canceled, discarded, or ended by another request) stays as it is.
 *
 * @param settle also runs in the transaction, whatever the run does; false: nothing is to happen at all
 * @returns whether the run was in the phase
 */
export async function endPhase(
  platform: Platform,
  { runId, phase }: { runId: string; phase: RunPhase },
  end: PhaseEnd | SettlePhase,
  settle: (tx: Tx) => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  const ended = await transact(platform.db, async (tx) => {
    if (!(await settle(tx))) return false;
    const found = await tx
      .selectFrom('run')
      .select('workspace_id')
      .where('id', '=', runId)
      .executeTakeFirst();
    const workspace = found && (await lockWorkspaceRow(tx, found.workspace_id));
    if (workspace === undefined) return false;
    const run = await lockRun(tx, runId);
    if (phaseAt(run.status, 'running') !== phase) return false;
    const known = typeof end === 'function' ? await end(tx, run) : end;
    if (known === undefined) return true;
    await known.record?.(tx, run);
    const { description, outcome } = known;
    const isFatal = outcome === 'failed' && phaseRule(phase).onFailure === 'errored';
    await happenAndConfirm(platform, tx, run, EVENTS[outcome], {
      ...(description === undefined ? {} : { description }),
      ...(isFatal && description !== undefined ? { columns: { error_message: description } } : {}),
    });
    await advanceWorkspace(platform, tx, workspace);
    return true;
  });
  platform.wakeUps.wake(topics.work);
  return ended;
}
