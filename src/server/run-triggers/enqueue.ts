import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { afterCommit, type Tx } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { priorities, queues } from '../queue/work-queue.ts';

/** A job that creates a run of the workspace because the other run has been applied. */
export interface TriggerJob {
  runId: string;
  workspaceId: string;
  /** How often the queue has given the job up. */
  round?: number;
}

/** While a job for the same run and workspace waits, no second one is created. */
export async function enqueueTriggeredRun(
  platform: Platform,
  tx: Tx,
  job: TriggerJob,
  notBefore?: Date,
): Promise<void> {
  await platform.queue.enqueue(tx, queues.runTriggers, job, {
    priority: priorities.plan,
    singletonKey: `${job.runId} ${job.workspaceId}`,
    ...(notBefore && { notBefore }),
  });
}

/**
 * Called in the transaction in which a run becomes applied: it adds a job for each workspace that the run triggers.
 * Each workspace has its own job, because a job locks that row, and two such locks in one transaction could deadlock.
 */
export async function enqueueTriggeredRuns(platform: Platform, tx: Tx, run: Row<'run'>): Promise<void> {
  const triggers = await tx
    .selectFrom('run_trigger')
    .select('workspace_id')
    .where('sourceable_id', '=', run.workspace_id)
    .orderBy('workspace_id')
    .execute();
  for (const { workspace_id: workspaceId } of triggers) {
    await enqueueTriggeredRun(platform, tx, { runId: run.id, workspaceId });
  }
  if (triggers.length > 0) afterCommit(tx, () => platform.wakeUps.wake(topics.triggers));
}
