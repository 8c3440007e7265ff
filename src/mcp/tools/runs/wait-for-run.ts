import { isFinalRun, isSettledRun, type Run } from '@runwright/client';
import * as z from 'zod';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { applyProgressText } from '../../runs/apply-progress.ts';
import { needsPerson, obstacleOf, obstacleText, type Obstacle } from '../../runs/run-obstacle.ts';
import { actorsOf } from '../../runs/run-people.ts';
import { isBeforePlanned, statusOf } from '../../runs/run-status.ts';
import { reportRun } from '../../runs/run-summary.ts';
import { defineTool } from '../../tool/tool.ts';
import { watchRun } from '../../runs/watch-run.ts';

const GOALS = {
  settled: isSettledRun,
  planned: (run: Run) => isSettledRun(run) || !isBeforePlanned(run),
  applied: (run: Run) => isFinalRun(run) || statusOf(run).startsWith('post_apply'),
  terminal: isFinalRun,
} as const;

export const waitForRunTool = defineTool({
  name: 'wait_for_run',
  title: 'Wait for run',
  description:
    'Waits until a run is over or waits for a person (settled), is planned, applied or terminal; at most timeout_s ' +
    'seconds. Stops when only a person can clear its way. timed_out: call it again.',
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
    const isThere = (run: Run): boolean => isReached(run) || isSettledRun(run);
    let obstacle: Obstacle | undefined;
    const { document, waitedS, progress } = await watchRun(
      run_id,
      async (run) => {
        obstacle = await obstacleOf(run, context);
        return isThere(run) || needsPerson(obstacle);
      },
      { timeoutS: timeout_s, context },
    );
    const isTimedOut = !isThere(document.data) && !needsPerson(obstacle);
    const status = statusOf(document.data);
    const behind = obstacle === undefined ? '' : `; it waits for ${obstacleText(obstacle)}`;
    const far = progress === undefined ? '' : `, ${applyProgressText(progress)}`;
    const headline = isTimedOut
      ? `Run ${run_id} is still ${status} after ${String(waitedS)} s${behind}${far}.`
      : `Run ${run_id} is ${status}${behind}.`;
    return reportRun(headline, document, {
      facts: {
        waited_s: waitedS,
        timed_out: isTimedOut,
        ...(isTimedOut && progress !== undefined ? { changes_done: progress.done } : {}),
      },
      standing: { obstacle, actors: await actorsOf(document, context) },
    });
  },
});
