import { isFinalRun, isSettledRun, type Run } from '@runwright/client';
import { z } from 'zod';
import { Ids, toolInput } from '../inputs.ts';
import { reportRun, statusOf } from '../run-summary.ts';
import { defineTool } from '../tool.ts';
import { watchRun } from '../watch-run.ts';

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
    const isReached = GOALS[until];
    const { document, waitedS } = await watchRun(run_id, (run) => isReached(run) || isSettledRun(run), {
      timeoutS: timeout_s,
      context,
    });
    const isTimedOut = !(isReached(document.data) || isSettledRun(document.data));
    const status = statusOf(document.data);
    const headline = isTimedOut
      ? `Run ${run_id} is still ${status} after ${String(waitedS)} s.`
      : `Run ${run_id} is ${status}.`;
    return reportRun(headline, document, { facts: { waited_s: waitedS, timed_out: isTimedOut } });
  },
});
