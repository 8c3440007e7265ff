import type { Platform } from '../context.ts';
import { priorities, queues } from '../queue/work-queue.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { movePhase, moveRun, type Run, type Tx } from './transitions.ts';

/**
 * Starts what may start in a workspace, if anything may: called in every transaction that ends a run, frees the
 * workspace or adds a run to it. The caller wakes the runners after the commit.
 */
export async function advanceWorkspace(platform: Platform, tx: Tx, workspaceId: string): Promise<void> {
  const workspace = await lockWorkspaceRow(tx, workspaceId);
  if (workspace === undefined || workspace.locked_by !== null) return;
  const waiting = await tx
    .selectFrom('run')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where((where) =>
      where.or([
        where('holds_workspace', '=', true),
        // A saved plan that was confirmed waits in `confirmed` for the workspace (api-contract §3.3 row 30).
        where.and([where('status', '=', 'confirmed'), where('save_plan', '=', true)]),
        where.and([
          where('status', '=', 'pending'),
          where('plan_only', '=', false),
          where('save_plan', '=', false),
        ]),
      ]),
    )
    .orderBy('holds_workspace', 'desc')
    .orderBy('save_plan', 'desc')
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst();
  if (waiting === undefined || waiting.holds_workspace) return;
  if (waiting.status === 'confirmed') await queueApply(platform, tx, waiting);
  else await queuePlan(platform, tx, waiting);
}

export async function queuePlan(platform: Platform, tx: Tx, run: Run): Promise<Run> {
  const queued = await moveRun(tx, await moveRun(tx, run, 'queuing'), 'plan_queued');
  const priority = run.plan_only ? priorities.speculativePlan : priorities.plan;
  await queuePhase(platform, tx, run, 'plan', priority);
  return queued;
}

export async function queueApply(platform: Platform, tx: Tx, run: Run): Promise<Run> {
  const queued = await moveRun(tx, await moveRun(tx, run, 'queuing_apply'), 'apply_queued');
  await queuePhase(platform, tx, run, 'apply', priorities.apply);
  return queued;
}

async function queuePhase(
  platform: Platform,
  tx: Tx,
  run: Run,
  kind: 'plan' | 'apply',
  priority: number,
): Promise<void> {
  const { agent_pool_id: poolId } = await tx
    .selectFrom('workspace')
    .select('agent_pool_id')
    .where('id', '=', run.workspace_id)
    .executeTakeFirstOrThrow();
  await movePhase(tx, run.id, kind, 'queued', { agent_pool_id: poolId });
  const { id: phaseId } = await tx
    .selectFrom('run_phase')
    .select('id')
    .where('run_id', '=', run.id)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  const options = { priority, singletonKey: phaseId };
  // An agent pool's steps are found in the table, by its agents alone.
  if (poolId === null) await platform.queue.enqueue(tx, queues.defaultSteps, { phaseId }, options);
}
