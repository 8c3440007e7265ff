import { createLineSplitter } from '../log/lines.ts';
import type { Exit } from '../sandbox/sandbox.ts';
import { watchLimits } from './limit-watch.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';
import { StepCanceled, StepFailure } from '../step-failure.ts';
import { readStartTicks } from './step-record.ts';

export interface EngineCall {
  args: readonly string[];
  environment?: Record<string, string>;
  /** Whole lines of stdout. */
  onOutput(lines: Buffer): void;
  /** Whole lines of stderr. */
  onErrors(lines: Buffer): void;
  /** An interrupt kills the command at once: it makes nothing that could be lost, and could take long to finish. */
  holdsNothing?: boolean;
  /** See {@link StepControl.attach}. */
  beforeKill?: (interrupt: () => Promise<void>, exited: Promise<unknown>) => Promise<void>;
}

/**
 * Runs the engine once in the step's folder. Errors: {@link StepCanceled} when the step was to stop before it began;
 * {@link StepFailure} when it cannot be started. The caller judges the exit.
 */
export async function runEngine(context: StepContext, prepared: Prepared, call: EngineCall): Promise<Exit> {
  const { control, sandbox } = context;
  if (control.reason() !== undefined) throw new StepCanceled();
  if (call.args.some((arg) => arg.includes('\0')))
    throw new StepFailure('An option contains a NUL character');

  const started = sandbox.start(prepared.box, {
    engine: prepared.engine.path,
    args: call.args,
    workingDirectory: prepared.inner(prepared.workingDirectory),
    environment: call.environment ?? prepared.environment,
  });
  // A second SIGINT would make terraform drop its unsaved state.
  let interrupted: Promise<void> | undefined;
  const interrupt = async () => (call.holdsNothing ? started.kill() : await started.interrupt());
  const command = { ...started, interrupt: () => (interrupted ??= interrupt()) };
  const { beforeKill } = call;
  control.attach(command, beforeKill && (() => beforeKill(command.interrupt, command.exited)));
  const startTicks = readStartTicks(command.pid);
  if (startTicks !== undefined) context.note({ process: { pid: command.pid, startTicks } });

  const stopWatch = watchLimits(context, prepared.box.hostFolder, command);
  const output = createLineSplitter(call.onOutput);
  const errors = createLineSplitter(call.onErrors);
  command.stdout.on('data', output.write);
  command.stderr.on('data', errors.write);
  try {
    return await command.exited;
  } catch (error) {
    throw new StepFailure(`${prepared.engine.product} cannot be started`, String(error), { cause: error });
  } finally {
    stopWatch();
    control.detach();
    context.note({ process: undefined });
    output.end();
    errors.end();
  }
}

/** The error for a command that did not succeed: canceled when that was asked for, else errored. */
export function explainExit(context: StepContext, command: string, exit: Exit, firstError?: string): Error {
  if (context.control.reason() !== undefined) return new StepCanceled();
  const how = exit.signal ? `was ended by ${exit.signal}` : `ended with code ${exit.code}`;
  // A killed process prints nothing. Bubblewrap, like a shell, reports a signal as 128 plus its number.
  if (exit.signal || exit.code === 137)
    return new StepFailure(
      `${command} ${exit.signal ? how : 'was ended by SIGKILL'}`,
      'Nobody asked for that here: this machine may have run out of memory.',
    );
  return new StepFailure(firstError ?? `${command} ${how}`, '', { isInLog: true });
}
