import { isFinalRun, isSettledRun, type Document, type Run } from '@runwright/client';
import { z } from 'zod';
import { Ids, toolInput } from '../inputs.ts';
import { readRun } from '../read-run.ts';
import { reportRun, statusOf } from '../run-summary.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5_000;
const BEFORE_PLANNED: ReadonlySet<string> = new Set([
  'pending',
  'fetching',
  'fetching_completed',
  'pre_plan_running',
  'pre_plan_completed',
  'queuing',
  'plan_queued',
  'planning',
]);

const GOALS = {
  settled: isSettledRun,
  planned: (run: Run) => isSettledRun(run) || !BEFORE_PLANNED.has(statusOf(run)),
  applied: (run: Run) => isFinalRun(run) || statusOf(run).startsWith('post_apply'),
  terminal: isFinalRun,
} as const;

export const waitForRunTool = defineTool({
  name: 'wait_for_run',
  title: 'Wait for run',
  description:
    'Waits until a run is over or waits for a person (settled), is planned, applied or terminal; at most timeout_s ' +
    'seconds. With timed_out true nothing is wrong: call it again.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: toolInput('wait_for_run', {
    run_id: Ids.run,
    until: z.enum(['settled', 'planned', 'applied', 'terminal']).default('settled'),
    timeout_s: z.int().min(1).max(300).default(45),
  }),
  subject: ({ run_id }) => `run ${run_id}`,
  async handle({ run_id, until, timeout_s }, context) {
    const startedAtMs = Date.now();
    const isReached = GOALS[until];
    const seconds = (): number => Math.round((Date.now() - startedAtMs) / 100) / 10;
    let document = await readRun(context, run_id);
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !isOver(document, isReached);
      pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 1.3)
    ) {
      const leftMs = startedAtMs + timeout_s * 1_000 - Date.now();
      if (leftMs <= 0) break;
      const waited = seconds();
      await context.reportProgress(
        waited,
        timeout_s,
        `run ${run_id} is ${statusOf(document.data)} after ${String(waited)} s`,
      );
      await pause(Math.min(leftMs, pauseMs * (0.9 + 0.2 * Math.random())), context);
      document = await readRun(context, run_id);
    }
    const isTimedOut = !isOver(document, isReached);
    const status = statusOf(document.data);
    const headline = isTimedOut
      ? `Run ${run_id} is still ${status} after ${String(seconds())} s.`
      : `Run ${run_id} is ${status}.`;
    return reportRun(headline, document, { facts: { waited_s: seconds(), timed_out: isTimedOut } });
  },
});

/** A run that rests will not go on by itself, whatever was waited for. */
function isOver({ data }: Document<Run>, isReached: (run: Run) => boolean): boolean {
  return isReached(data) || isSettledRun(data);
}

function pause(ms: number, { signal }: ToolContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
