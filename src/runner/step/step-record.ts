import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** The facts that another runner needs to end a dead runner's step. */
const StepRecord = z.object({
  id: z.string(),
  lease: z.string(),
  phase: z.enum(['plan', 'apply']),
  /** The server that gave the lease. */
  url: z.string(),
  /** Digests of the files that were in the places of states before the step. */
  known: z.array(z.string()).default([]),
  locations: z.object({ local: z.string(), posted: z.string(), errored: z.string() }).optional(),
  /** Leader of the running command; the start time tells it from a later process of the same number. */
  process: z.object({ pid: z.int(), startTicks: z.string() }).optional(),
});
export type StepRecord = z.infer<typeof StepRecord>;

export function writeStepRecord(file: string, record: StepRecord): void {
  writeFileSync(`${file}.partial`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.partial`, file);
}

/** Undefined when the runner died before it recorded anything. */
export function readStepRecord(file: string): StepRecord | undefined {
  try {
    return StepRecord.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** When the process started, in the kernel's ticks since boot; undefined when there is no such process, or no /proc. */
export function readStartTicks(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold any character; fields are counted after its parenthesis.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
