import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { priorities, queues } from '../queue/work-queue.ts';
import { endStep } from './progress.ts';
import { advanceWorkspace } from './schedule.ts';

/**
 * Puts right, at the start of a server, what a crash may have left: runners that were working get one whole lease to
 * come back, and whatever could run but is in no queue is put there. Everything else is already true, because every
 * change of a run is one transaction.
 */
export async function recoverRuns(platform: Platform): Promise<void> {
  const { db } = platform;
  await db
    .updateTable('run_phase')
    .set({ heartbeat_at: new Date() })
    .where('status', '=', 'running')
    .execute();
  const queued = await db
    .selectFrom('run_phase')
    .select(['id', 'kind'])
    .where('status', '=', 'queued')
    .execute();
  for (const { id, kind } of queued) {
    await transact(db, async (tx) => {
      const priority = kind === 'apply' ? priorities.apply : priorities.plan;
      await platform.queue.enqueue(tx, queues.defaultSteps, { phaseId: id }, { priority, singletonKey: id });
    });
  }
  const waiting = await db
    .selectFrom('run')
    .select('workspace_id')
    .distinct()
    .where('status', 'in', ['pending', 'confirmed'])
    .execute();
  for (const { workspace_id } of waiting) {
    await transact(db, async (tx) => await advanceWorkspace(platform, tx, workspace_id));
  }
  platform.wakeUps.wake(topics.work);
}

/** Ends the steps of runners that have been silent for longer than their lease. Their applies are never repeated. */
export async function endLostSteps(platform: Platform): Promise<number> {
  const silentSince = new Date(Date.now() - platform.limits.leaseMs);
  const lost = await platform.db
    .selectFrom('run_phase')
    .select(['id', 'kind', 'runner_name'])
    .where('status', '=', 'running')
    .where('heartbeat_at', '<', silentSince)
    .execute();
  for (const { id, kind, runner_name } of lost) {
    const message =
      kind === 'plan'
        ? `The runner ${runner_name} stopped answering during the plan. Nothing was changed; create a new run.`
        : `The runner ${runner_name} stopped answering during the apply. What it reported of the state is kept; ` +
          'some of its last changes may be missing from it. Plan again to see the difference.';
    await endStep(platform, id, { silentSince }, { outcome: 'errored', message });
    platform.log.warn({ step: id, runner: runner_name }, 'a runner was lost');
  }
  return lost.length;
}
