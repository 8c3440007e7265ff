import { FINAL_STATUSES, type PlatformRunStatus } from '@runwright/models';
import { sleep } from './deadline.ts';
import type { Run } from './resources/run-document.ts';
import type { runs } from './resources/runs.ts';
import type { CallOptions } from './transport.ts';

/**
 * - `final`: nothing more will happen.
 * - `settled`: nothing more will happen without a person: the run is final, or waits for one.
 */
export type WaitGoal = 'settled' | 'final' | ((run: Run) => boolean);

export interface WatchOptions extends CallOptions {
  /** Default `settled`. */
  readonly until?: WaitGoal;
  /** The pause between two reads. Default 1000. */
  readonly intervalMs?: number;
}

const FINAL: ReadonlySet<string> = new Set(FINAL_STATUSES);
const WAITING_FOR_A_PERSON: ReadonlySet<string> = new Set<PlatformRunStatus>([
  'policy_override',
  'post_plan_awaiting_decision',
  'pre_plan_awaiting_decision',
  'tf_policy_override',
  'planned_and_saved',
]);

/** true when nothing will happen to the run any more (`api-contract §3.4`). */
export function isFinalRun(run: Run): boolean {
  return FINAL.has(run.attributes.status);
}

/**
 * true when the run is final or waits for a person. The run itself tells it (`actions.is-confirmable`): the same
 * status can be passed through or be a stop.
 */
export function isSettledRun(run: Run): boolean {
  const { status, actions } = run.attributes;
  return isFinalRun(run) || WAITING_FOR_A_PERSON.has(status) || actions?.['is-confirmable'] === true;
}

/** Yields the run now and after each change of its status; ends with the run that meets the goal. */
export async function* watchRun(
  reader: Pick<ReturnType<typeof runs>, 'read'>,
  runId: string,
  options: WatchOptions = {},
): AsyncGenerator<Run, Run, undefined> {
  const { until = 'settled', intervalMs = 1_000, signal } = options;
  const isReached = typeof until === 'function' ? until : until === 'final' ? isFinalRun : isSettledRun;
  for (let lastStatus: string | undefined; ;) {
    const run = (await reader.read(runId, { signal })).data;
    const reached = isReached(run);
    if (reached || run.attributes.status !== lastStatus) yield run;
    if (reached) return run;
    lastStatus = run.attributes.status;
    await sleep(intervalMs, signal);
  }
}

/** Waits until the run meets the goal. Has no time limit of its own: give it a `signal`. */
export async function waitForRun(
  reader: Pick<ReturnType<typeof runs>, 'read'>,
  runId: string,
  options: WatchOptions = {},
): Promise<Run> {
  const watch = watchRun(reader, runId, options);
  for (;;) {
    const step = await watch.next();
    if (step.done === true) return step.value;
  }
}
