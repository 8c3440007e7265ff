import { createStructuredOutput, createTextOutput } from './engine-output.ts';
import { holdOutput } from './held-output.ts';
import type { PlanStart } from './initialize.ts';
import { createNoticeFilter } from './own-flag-notice.ts';
import { EXIT_WITH_CHANGES } from './plan-json.ts';
import type { Exit } from '../sandbox/sandbox.ts';
import type { Prepared } from './prepared.ts';
import { explainExit, runEngine } from './run-engine.ts';
import type { StateAccess } from './state-access.ts';
import type { StepContext } from './step-context.ts';
import { explainStart, watchForFailedStart } from './unstartable-provider.ts';

/**
 * Plans; if a skipped init turns out to be needed, it is made and the plan repeated, and the log shows only the
 * second plan.
 *
 * @returns the exit code of a plan that was made
 */
export async function runPlan(
  context: StepContext,
  prepared: Prepared,
  state: PlanStart,
  argsFor: (state: StateAccess) => string[],
): Promise<number> {
  const isStructured = context.step.workspace.structuredRunOutput;
  const output = isStructured ? createStructuredOutput() : createTextOutput();
  const starts = watchForFailedStart();
  const toLog = (lines: Buffer) => {
    context.stepLog.write(lines);
    output.read(lines);
    starts.read(lines);
  };
  const stdout = createNoticeFilter(toLog);
  const shown = { onOutput: stdout.write, onErrors: toLog };

  async function attempt(start: PlanStart): Promise<Exit | undefined> {
    const held = start.initAfterAll && holdOutput(shown, isStructured);
    const call = { args: argsFor(start), environment: start.environment, ...(held ?? shown) };
    try {
      const exit = await runEngine(context, prepared, call);
      return exit.code === 1 && held?.asksForInit() ? undefined : exit;
    } finally {
      held?.release();
    }
  }
  async function attempts(): Promise<Exit> {
    const exit = await attempt(state);
    if (exit) return exit;
    const started = await state.initAfterAll?.();
    return (await attempt(started ?? state)) ?? { code: 1, signal: null };
  }

  const exit = await attempts().finally(stdout.end);
  if (exit.code !== 0 && exit.code !== EXIT_WITH_CHANGES) {
    const reason = explainStart(context, prepared, starts) ?? output.firstError();
    throw explainExit(context, 'terraform plan', exit, reason);
  }
  return exit.code;
}
