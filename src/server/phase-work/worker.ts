import { setTimeout as sleep } from 'node:timers/promises';
import { phaseAt } from '@runwright/models';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { queues, RETRY_LIMIT, type Job } from '../queue/work-queue.ts';
import type { PhaseJob } from '../runs/phase-jobs.ts';
import { endPhase } from './end-phase.ts';
import { PHASE_WORK } from './work-table.ts';

/** Jobs whose wake-up was lost are found after this long. */
const LOOK_AGAIN_MS = 30_000;
/** The pause after an error. */
const AGAIN_MS = 5_000;
/** Several slots, so that a slow phase of one run does not delay those of all others. */
const SLOTS = 4;
/** Shorter than the time after which the queue delivers a job again. */
const WORK_MS = 40_000;

/** Works on the phases around terraform's own two. `stop` ends current work: it begins again with the next server. */
export function startPhaseWorker(platform: Platform): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const busy = new Set<Promise<void>>();

  const begin = (job: Job<PhaseJob>): void => {
    const one = workOn(platform, job, stopping.signal)
      .catch((error: unknown) => {
        platform.log.error(
          { err: error, ...job.data },
          'a phase of a run could not be settled; it is tried again',
        );
      })
      .finally(() => busy.delete(one));
    busy.add(one);
  };
  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = platform.wakeUps.wait(topics.phases, LOOK_AGAIN_MS, stopping.signal);
      let again: Promise<void> | undefined;
      try {
        while (!stopping.signal.aborted && busy.size < SLOTS) {
          const job = await platform.queue.fetch<PhaseJob>(queues.runPhases);
          if (job === null) break;
          begin(job);
        }
      } catch (error) {
        platform.log.error({ err: error }, 'the phases of runs could not be looked for; it is tried again');
        again = sleep(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
      await (again ?? Promise.race([woken, ...busy]));
    }
    await Promise.all(busy);
  };
  const done = look();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** After a kill the job is delivered again, and the work is done again from its beginning. */
async function workOn(platform: Platform, job: Job<PhaseJob>, stopping: AbortSignal): Promise<void> {
  const { runId, phase } = job.data;
  const complete = (tx: Tx) => platform.queue.complete(tx, job);
  const run = await platform.db.selectFrom('run').selectAll().where('id', '=', runId).executeTakeFirst();
  const work = PHASE_WORK[phase];
  if (run === undefined || work === undefined || phaseAt(run.status, 'running') !== phase) {
    await transact(platform.db, complete);
    return;
  }
  try {
    const end = await work.work(platform, run, AbortSignal.any([stopping, AbortSignal.timeout(WORK_MS)]));
    if (end === undefined) await transact(platform.db, complete);
    else await endPhase(platform, job.data, end, complete);
  } catch (error) {
    platform.log.error({ err: error, runId, phase }, 'a phase of a run failed');
    const reason = error instanceof Error ? error.message : String(error);
    // The queue would drop the job now: the run continues as its phase defines.
    if (job.retryCount >= RETRY_LIMIT && !stopping.aborted)
      await endPhase(platform, job.data, work.giveUp(run, reason), complete);
    else await transact(platform.db, async (tx) => await platform.queue.fail(tx, job, reason));
  }
}
