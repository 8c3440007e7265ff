import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../context.ts';
import { afterCommit, transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { queues, RETRY_LIMIT, type Job } from '../queue/work-queue.ts';
import { createTriggeredRun, recordFailedTrigger } from '../runs/queued-by-server.ts';
import { enqueueTriggeredRun, type TriggerJob } from '../run-triggers/enqueue.ts';

/** Jobs whose wake-up was lost are found after this long. */
const LOOK_AGAIN_MS = 30_000;
/** The pause after an error. */
const AGAIN_MS = 5_000;

const MINUTE_MS = 60_000;
/** When to try again, after the queue has used up its own attempts. */
const LATER_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 6 * 60 * MINUTE_MS];

/** Creates the runs that applied runs trigger. `stop` waits for the one in progress. */
export function startTriggerWorker(platform: Platform): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = platform.wakeUps.wait(topics.triggers, LOOK_AGAIN_MS, stopping.signal);
      let again: Promise<void> | undefined;
      try {
        while (!stopping.signal.aborted && (await deliverOne(platform)));
      } catch (error) {
        platform.log.error({ err: error }, 'a triggered run could not be queued; it is tried again');
        again = sleep(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
      await (again === undefined ? woken : Promise.race([woken, again]));
    }
  };
  const done = work();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** @returns false when there is nothing to deliver */
async function deliverOne(platform: Platform): Promise<boolean> {
  const job = await platform.queue.fetch<TriggerJob>(queues.runTriggers);
  if (job === null) return false;
  try {
    await deliver(platform, job);
  } catch (error) {
    await settleFailure(platform, job, error);
    throw error;
  }
  return true;
}

/**
 * Has the job delivered again. When the queue would give it up, the triggering run's events record that, and the job is
 * put back for later: the obstacle may last for hours, such as a variable that cannot be read.
 */
export async function settleFailure(platform: Platform, job: Job<TriggerJob>, error: unknown): Promise<void> {
  const { runId, workspaceId, round = 0 } = job.data;
  const reason = error instanceof Error ? error.message : String(error);
  await transact(platform.db, async (tx) => {
    const isMine = await platform.queue.fail(tx, job, reason);
    if (!isMine || job.retryCount < RETRY_LIMIT) return;
    const afterMs = LATER_MS[round];
    const notBefore = afterMs === undefined ? undefined : new Date(Date.now() + afterMs);
    await recordFailedTrigger(tx, runId, workspaceId, error, notBefore);
    if (notBefore === undefined) return;
    await enqueueTriggeredRun(platform, tx, { runId, workspaceId, round: round + 1 }, notBefore);
    const later = (): void => platform.wakeUps.wake(topics.triggers);
    afterCommit(tx, () => setTimeout(later, (afterMs ?? 0) + 50).unref());
  });
}

/** The run and the end of the job are one transaction: after a kill before it, the job is delivered again. */
export async function deliver(platform: Platform, job: Job<TriggerJob>): Promise<void> {
  await transact(platform.db, async (tx) => {
    await createTriggeredRun(platform, tx, job.data);
    await platform.queue.complete(tx, job);
  });
  platform.wakeUps.wake(topics.work);
}
