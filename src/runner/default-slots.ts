import { availableParallelism, totalmem } from 'node:os';

/** What a run with the provider of a large cloud may hold. */
const RUN_BYTES = 2 * 1024 ** 3;

/**
 * Runs at a time where nobody says how many: two for each core, since terraform mostly waits for clouds
 * (bench/results/slots.md), as far as there is memory for them.
 *
 * @param memory in bytes
 */
export function defaultSlots(cores = availableParallelism(), memory = usableMemory()): number {
  return Math.max(1, Math.min(2 * cores, Math.floor(memory / RUN_BYTES)));
}

/** A container may hold less than its machine has. 0 means that Node knows of no limit. */
function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
