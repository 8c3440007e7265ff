import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { afterCommit, type Tx } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { priorities, queues } from '../queue/work-queue.ts';

/** What one delivery asks for: a run of the workspace, because that run has been applied. */
export interface TriggerJob {
  runId: string;
  workspaceId: string;
}

/**
 * Part of the transaction in which a run becomes applied: a job for each workspace that it triggers. One job a
 * workspace, since each locks its workspace's row, and two such locks in one transaction could wait for each other.
 */
export async function enqueueTriggeredRuns(platform: Platform, tx: Tx, run: Row<'run'>): Promise<void> {
  const triggers = await tx
    .selectFrom('run_trigger')
    .select('workspace_id')
    .where('sourceable_id', '=', run.workspace_id)
    .orderBy('workspace_id')
    .execute();
  for (const { workspace_id: workspaceId } of triggers) {
    const job: TriggerJob = { runId: run.id, workspaceId };
    await platform.queue.enqueue(tx, queues.runTriggers, job, {
      priority: priorities.plan,
      singletonKey: `${run.id} ${workspaceId}`,
    });
  }
  if (triggers.length > 0) afterCommit(tx, () => platform.wakeUps.wake(topics.triggers));
}
