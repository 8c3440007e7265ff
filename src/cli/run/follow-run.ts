import { isFinalRun, relatedId, type Client, type Run } from '@runwright/client';
import { statusText } from './run-text.ts';
import { linesOf, readableLines } from './log-lines.ts';
import { waitLines } from './wait-text.ts';
import type { Terminal } from '../terminal.ts';

/** Statuses in which a run may wait for a long time without any output. */
const BLOCKED: ReadonlySet<string> = new Set(['pending', 'plan_queued', 'confirmed', 'apply_queued']);

export interface FollowRunOptions {
  /** `settled` ends where a person is needed; `final` also waits for that person. */
  readonly until: 'settled' | 'final';
  /** `apply`: leaves out the plan's log, which was seen before. */
  readonly logs?: 'all' | 'apply';
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/** Shows a run's timeline and logs as they grow. Returns the run as it is at the end. */
export async function followRun(
  client: Client,
  terminal: Terminal,
  runId: string,
  { until, logs = 'all', intervalMs = 500, signal }: FollowRunOptions,
): Promise<Run> {
  const first = (await client.runs.read(runId, { signal })).data;
  const nothingMore = new AbortController();
  signal?.addEventListener('abort', () => {
    nothingMore.abort(signal.reason);
  });
  const planLog = logs === 'all' ? showLog(client, terminal, first, 'plan', signal) : Promise.resolve();
  const applyLog = planLog.then(() => showLog(client, terminal, first, 'apply', nothingMore.signal));
  // The rejection is handled where the promise is awaited below.
  applyLog.catch(() => undefined);

  let last = first;
  for await (const run of client.watchRun(runId, { until, intervalMs, signal })) {
    last = run;
    terminal.print(`${terminal.style('dim', timeText(new Date()))}  ${statusText(terminal, run)}`);
    for (const line of BLOCKED.has(run.attributes.status) ? await waitLines(client, run) : [])
      terminal.print(`          ${line}`);
  }
  await planLog;
  if (isFinalRun(last)) {
    await applyLog;
  } else {
    const settled = new Error('the run has settled');
    nothingMore.abort(settled);
    await applyLog.catch((error: unknown) => {
      if (error !== settled) throw error;
    });
  }
  return last;
}

async function showLog(
  client: Client,
  terminal: Terminal,
  run: Run,
  phase: 'plan' | 'apply',
  signal: AbortSignal | undefined,
): Promise<void> {
  const id = relatedId(run, phase);
  if (id === undefined) return;
  const text =
    phase === 'plan' ? client.plans.followLog(id, { signal }) : client.applies.followLog(id, { signal });
  for await (const line of linesOf(text)) {
    for (const shown of readableLines(line, phase)) {
      terminal.print(`  ${terminal.style('dim', `${phase} │`)} ${shown}`);
    }
  }
}

export function timeText(time: Date): string {
  return time.toTimeString().slice(0, 8);
}
