import type { FinishRequest } from '../../protocol/agent.ts';
import { LeaseLost, ServerRefused } from '../protocol/errors.ts';
import { hostPlatform } from '../host-platform.ts';
import { productOf } from '../engines/differences.ts';
import { executeApply } from './apply.ts';
import { formatError, formatHeader } from '../../protocol/log-text.ts';
import type { Counts } from './engine-output.ts';
import { folderOfKept } from './kept-states.ts';
import { executePlan } from './plan.ts';
import type { StepContext } from './step-context.ts';
import { StepCanceled, StepFailure } from '../step-failure.ts';

/** The outcome of a step, for the server, with an error when the last state could not be delivered. */
export interface StepResult {
  finish: FinishRequest;
  stateError?: unknown;
}

/** Executes the step, closes its log, and turns every result into an outcome. */
export async function reachOutcome(context: StepContext): Promise<StepResult> {
  let counts: Counts | undefined;
  let stateError: unknown;
  let finish: FinishRequest;
  try {
    if (context.step.phase === 'plan') {
      finish = await executePlan(context);
    } else {
      finish = await executeApply(context, {
        onCounts: (done) => (counts = done),
        onStateError: (error) => (stateError = error),
      });
    }
  } catch (error) {
    finish = explain(context, error instanceof StepCanceled ? (context.control.exceeded() ?? error) : error);
  }
  // If the outcome were a success, the missing state at the server would go unnoticed.
  if (stateError !== undefined && !(stateError instanceof LeaseLost)) {
    const withoutState = explain(context, describeStateError(context, stateError));
    if (finish.outcome !== 'errored') finish = withoutState;
  }
  return {
    finish: {
      ...finish,
      ...(counts && { counts }),
      engineVersion: context.engine?.version,
      ...(context.engine && { engine: productOf(context.engine) }),
      platform: hostPlatform(),
      providers: context.providers.uses,
      ...(context.modules && { modules: context.modules }),
    },
    stateError,
  };
}

function describeStateError({ settings }: StepContext, error: unknown): StepFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return error instanceof ServerRefused
    ? new StepFailure(
        'The server refused the state of this apply',
        `The runner keeps it in ${folderOfKept(settings.workFolder)}, and offers it again each time it starts. Do not ` +
          `plan again before the server has it. ${reason}`,
      )
    : new StepFailure(
        'The state of this apply could not be delivered',
        `The runner keeps it and goes on trying. Do not plan again before it has arrived. ${reason}`,
      );
}

function explain(context: StepContext, error: unknown): FinishRequest {
  const { step, stepLog, limits, control } = context;
  if (!context.engine) stepLog.write(Buffer.from(formatHeader(undefined)));
  const say = (summary: string, detail: string) =>
    stepLog.write(Buffer.from(formatError(step.workspace.structuredRunOutput, summary, detail)));

  if (error instanceof StepCanceled) {
    if (control.reason() !== 'overdue') return { outcome: 'canceled' };
    const [limitMs, setting] =
      step.phase === 'plan'
        ? [limits.planMs, 'RUNWRIGHT_RUN_PLAN_TIME']
        : [limits.applyMs, 'RUNWRIGHT_RUN_APPLY_TIME'];
    const summary = `The ${step.phase} was stopped: it took longer than ${Math.round(limitMs / 1000)} seconds`;
    say(summary, `The limit is the runner's setting ${setting}.`);
    return { outcome: 'errored', message: summary };
  }
  if (error instanceof StepFailure) {
    if (!error.isInLog) say(error.message, error.detail);
    return { outcome: 'errored', message: error.message };
  }
  // Nobody reads the outcome of a lost step.
  if (error instanceof LeaseLost) return { outcome: 'errored', message: 'lost' };
  context.log('error', 'a step failed in the runner', { step: step.id, error: String(error) });
  const summary = 'The runner could not execute this step';
  const detail = error instanceof Error ? error.message : String(error);
  say(summary, detail);
  return { outcome: 'errored', message: `${summary}: ${detail}` };
}
