import { phaseAt, phaseRule, RUN_PHASES } from '@runwright/models';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { priorities, queues } from '../queue/work-queue.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { explainInLog } from './log.ts';
import { enqueuePhase } from './phase-jobs.ts';
import { endStep } from './progress.ts';
import { advanceWorkspace } from './schedule.ts';
import { happen } from './life.ts';
import { lockRun } from './transitions.ts';

const PHASE_STATUSES = RUN_PHASES.map((phase) => phaseRule(phase).running);

/**
 * Repairs, at the start of a server, the effects of a crash: working runners get one whole lease to come back, and runs
 * that could continue but are in no queue are put there. Everything else is consistent already, because every change of
 * a run is one transaction.
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
    .innerJoin('run', 'run.id', 'run_phase.run_id')
    .select(['run_phase.id', 'run_phase.kind', 'run.plan_only'])
    .where('run_phase.status', '=', 'queued')
    .where('run_phase.agent_pool_id', 'is', null)
    .execute();
  await forEach(platform, queued, async ({ id, kind, plan_only: planOnly }) => {
    await transact(db, async (tx) => {
      const priority = priorities[kind === 'apply' ? 'apply' : planOnly ? 'speculativePlan' : 'plan'];
      await platform.queue.enqueue(tx, queues.defaultSteps, { phaseId: id }, { priority, singletonKey: id });
    });
  });
  const inPhases = await db.selectFrom('run').selectAll().where('status', 'in', PHASE_STATUSES).execute();
  await forEach(platform, inPhases, async (run) => {
    const phase = phaseAt(run.status, 'running');
    if (phase === undefined) return;
    await transact(db, async (tx) => await enqueuePhase(platform, tx, run, phase));
  });
  const waiting = await db
    .selectFrom('run')
    .select('workspace_id as id')
    .distinct()
    .where('status', 'in', ['pending', 'confirmed'])
    .execute();
  await forEach(platform, waiting, async ({ id }) => {
    await transact(db, async (tx) => {
      const workspace = await lockWorkspaceRow(tx, id);
      if (workspace !== undefined) await advanceWorkspace(platform, tx, workspace);
    });
  });
  platform.wakeUps.wake(topics.work);
}

const TOO_LATE = 'No runner was free for it in time. Create a new run if the plan is still wanted.';

/**
 * Cancels plan-only runs that no runner has taken for hours: the terraform CLI never cancels the plan of a person who
 * pressed Ctrl-C (terraform-cli A7), and a later runner would make such plans for nobody.
 */
export async function expireSpeculativePlans(platform: Platform): Promise<number> {
  const queuedBefore = new Date(Date.now() - platform.limits.speculativeQueueMs);
  const forgotten = await platform.db
    .selectFrom('run')
    .innerJoin('run_phase as plan', (join) =>
      join.onRef('plan.run_id', '=', 'run.id').on('plan.kind', '=', 'plan'),
    )
    .select(['run.id', 'run.workspace_id', 'plan.id as plan_id', 'plan.structured_log'])
    .where('run.status', '=', 'plan_queued')
    .where('run.plan_only', '=', true)
    .where('run.created_at', '<', queuedBefore)
    .execute();
  return await forEach(platform, forgotten, async ({ id, workspace_id, plan_id, structured_log }) => {
    await transact(platform.db, async (tx) => {
      if ((await lockWorkspaceRow(tx, workspace_id)) === undefined) return;
      const run = await lockRun(tx, id);
      if (run.status !== 'plan_queued') return;
      const plan = { id: plan_id, structured_log, log_end: null };
      await explainInLog(tx, plan, 'The plan was canceled', TOO_LATE);
      await happen(platform, tx, run, { type: 'expired' }, { description: TOO_LATE });
    });
    platform.wakeUps.wake(topics.log(plan_id));
  });
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
  return await forEach(platform, lost, async ({ id, kind, runner_name }) => {
    const message =
      kind === 'plan'
        ? `The runner ${runner_name} stopped answering during the plan. Nothing was changed; create a new run.`
        : `The runner ${runner_name} stopped answering during the apply. What it reported of the state is kept; ` +
          'some of its last changes may be missing from it. Plan again to see the difference.';
    await endStep(platform, id, { silentSince }, { outcome: 'errored', message });
    platform.log.warn({ step: id, runner: runner_name }, 'a runner was lost');
  });
}

/** An item that fails must not stop the others or the server. @returns how many succeeded */
async function forEach<Item extends { id: string }>(
  { log }: Platform,
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const item of items) {
    try {
      await act(item);
      done += 1;
    } catch (error) {
      log.error({ err: error, id: item.id }, 'a run could not be put right; it is tried again');
    }
  }
  return done;
}
