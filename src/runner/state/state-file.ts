import { z } from 'zod';
import { isDeeperThan } from './json-depth.ts';
import { LeftFileTooLarge, readLeftFile } from '../sandbox/left-file.ts';

const StateText = z.object({
  version: z.literal(4),
  serial: z.int(),
  lineage: z.string(),
  resources: z.array(z.object({ provider: z.string(), instances: z.array(z.unknown()) })).default([]),
});
export type StateFile = z.infer<typeof StateText>;

/** A state and the bytes it was read from. */
export interface StateSnapshot {
  bytes: Buffer;
  state: StateFile;
}

/** Terraform's own states nest as deep as the values of resources: far less than this. */
const MAX_DEPTH = 1_000;

/** Undefined for bytes that are no whole state, as one that terraform is just writing. */
export function parseState(bytes: Buffer): StateSnapshot | undefined {
  if (isDeeperThan(bytes, MAX_DEPTH)) return undefined;
  try {
    return { bytes, state: StateText.parse(JSON.parse(bytes.toString('utf8'))) };
  } catch {
    return undefined;
  }
}

/** Undefined when there is no such file below `folder`, or no whole state in it. */
export async function readState(folder: string, file: string): Promise<StateSnapshot | undefined> {
  const bytes = await readLeftFile(folder, file).catch((error: unknown) => {
    // No server takes a state of that size; a smaller one may lie elsewhere.
    if (error instanceof LeftFileTooLarge) return undefined;
    throw error;
  });
  return bytes && parseState(bytes);
}

export function countInstances(state: StateFile): number {
  return state.resources.reduce((sum, resource) => sum + resource.instances.length, 0);
}

/** The one with the highest serial; the first of equals. */
export function pickNewest(snapshots: readonly (StateSnapshot | undefined)[]): StateSnapshot | undefined {
  let newest: StateSnapshot | undefined;
  for (const each of snapshots)
    if (each && (!newest || each.state.serial > newest.state.serial)) newest = each;
  return newest;
}
