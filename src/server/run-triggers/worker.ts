import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { queues, type Job } from '../queue/work-queue.ts';
import { createTriggeredRun } from '../runs/create.ts';
import type { TriggerJob } from './enqueue.ts';

/** Jobs whose wake-up was lost, or whose server died with them, are found after this long. */
const LOOK_AGAIN_MS = 5_000;

/** Makes the runs that applied runs trigger. `stop` waits for the one in progress. */
export function startTriggerWorker(platform: Platform): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = platform.wakeUps.wait(topics.triggers, LOOK_AGAIN_MS, stopping.signal);
      try {
        while (!stopping.signal.aborted && (await deliverOne(platform)));
      } catch (error) {
        platform.log.error({ err: error }, 'a triggered run could not be queued; it is tried again');
      }
      await woken;
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
export async function deliverOne(platform: Platform): Promise<boolean> {
  const job = await platform.queue.fetch<TriggerJob>(queues.runTriggers);
  if (job === null) return false;
  try {
    await deliver(platform, job);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await transact(platform.db, async (tx) => await platform.queue.fail(tx, job, reason));
    throw error;
  }
  return true;
}

/** The run and the end of the job are one transaction: killed before it, the job is delivered again; after it, never. */
export async function deliver(platform: Platform, job: Job<TriggerJob>): Promise<void> {
  await transact(platform.db, async (tx) => {
    await createTriggeredRun(platform, tx, job.data);
    await platform.queue.complete(tx, job);
  });
  platform.wakeUps.wake(topics.work);
}
