import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureFolder, measureProcesses } from '../sandbox/usage.ts';
import type { RunningCommand } from '../sandbox/sandbox.ts';
import type { StepContext } from './step-context.ts';
import { StepFailure } from '../step-failure.ts';

const LOOK_EVERY_MS = 1_000;
const LOOK_AT_DISK_EVERY_MS = 2_000;
/** Looking through a folder of hundreds of thousands of files takes time: the watch rests this many times longer. */
const DISK_REST = 10;

/**
 * Ends the step when its command holds more than a run may, with a message that names the limit and its setting. The
 * kernel's own limits apply as well, between two looks. Call the result when the command is gone.
 */
export function watchLimits(context: StepContext, boxFolder: string, command: RunningCommand): () => void {
  const { limits, control } = context;
  const stopped = new AbortController();
  const { signal } = stopped;
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  const diskDevice = statSync(boxFolder).dev;
  let unnamedDiskBytes = 0;

  function end(held: string, setting: string): void {
    if (signal.aborted) return;
    const summary = `The ${context.step.phase} was ended: ${held}`;
    control.exceed(new StepFailure(summary, `The limit is the runner's setting ${setting}.`));
    stopped.abort();
  }

  async function watchProcesses(): Promise<void> {
    while (!signal.aborted) {
      const usage = measureProcesses(command.processes(), diskDevice);
      unnamedDiskBytes = usage.unnamedDiskBytes;
      if (usage.memoryBytes > limits.memoryBytes) {
        end(`more than ${describeBytes(limits.memoryBytes)} of memory`, 'RUNWRIGHT_RUN_MEMORY');
      } else if (limits.processes > 0 && usage.tasks > limits.processes) {
        end(`more than ${limits.processes} processes and threads`, 'RUNWRIGHT_RUN_PROCESSES');
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  async function watchDisk(): Promise<void> {
    await pause(LOOK_AT_DISK_EVERY_MS / 2);
    while (!signal.aborted) {
      const startedAt = performance.now();
      const named = await measureFolder(boxFolder);
      if (named !== undefined && named + unnamedDiskBytes > limits.diskBytes)
        end(`more than ${describeBytes(limits.diskBytes)} on the disk`, 'RUNWRIGHT_RUN_DISK');
      await pause(Math.max(LOOK_AT_DISK_EVERY_MS, (performance.now() - startedAt) * DISK_REST));
    }
  }

  // A failed measurement may succeed next time, and the kernel's limits apply meanwhile.
  const complain = (error: unknown) =>
    context.log('warn', 'what a run holds cannot be measured', { error: String(error) });
  watchProcesses().catch(complain);
  watchDisk().catch(complain);
  return () => stopped.abort();
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** The number in powers of 1024, as in the settings. */
export function describeBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Math.round(value * 10) / 10} ${UNITS[unit]}`;
}
