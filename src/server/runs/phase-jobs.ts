import type { RunPhase } from '@runwright/models';
import type { Platform } from '../context.ts';
import { afterCommit } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { priorities, queues } from '../queue/work-queue.ts';
import type { Run, Tx } from './transitions.ts';

/** A job for the work of the phase that the run has entered. */
export interface PhaseJob {
  runId: string;
  phase: RunPhase;
}

/** While a job for the same phase of the run waits, no second one is created. */
export async function enqueuePhase(platform: Platform, tx: Tx, run: Run, phase: RunPhase): Promise<void> {
  const job: PhaseJob = { runId: run.id, phase };
  await platform.queue.enqueue(tx, queues.runPhases, job, {
    priority: run.plan_only ? priorities.speculativePlan : priorities.plan,
    singletonKey: `${run.id} ${phase}`,
  });
  afterCommit(tx, () => platform.wakeUps.wake(topics.phases));
}
