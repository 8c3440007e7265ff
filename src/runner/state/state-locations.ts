import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readLeftFile } from '../sandbox/left-file.ts';
import { pickNewest, readCandidate, type StateSnapshot } from './state-file.ts';

/** Paths where states of a step may be; plain data, so that a later runner can look there too. */
export interface StateLocations {
  /** The local backend's file, beside the configuration. */
  local: string;
  /** Written by the loopback endpoint of a large apply (docs/adr/0005). */
  posted: string;
  /** The file that terraform writes when its backend refuses a state. */
  errored: string;
}

/** The local backend gets a file of the workspace's own in a folder of workspaces, none in the configuration. */
export function locateStates(
  workingDirectory: string,
  { box, root: stepFolder }: { box: string; root: string },
  workspace: string,
): StateLocations {
  return {
    local: join(box, 'state', workspace, 'terraform.tfstate'),
    posted: join(stepFolder, 'posted.tfstate'),
    errored: join(workingDirectory, 'errored.tfstate'),
  };
}

/** Makes the workspace exist for terraform, with its prior state if there is one. */
export async function placePriorState(locations: StateLocations, prior: Buffer | undefined): Promise<void> {
  await mkdir(dirname(locations.local), { recursive: true });
  if (prior === undefined) return;
  await writeFile(locations.local, prior, { mode: 0o600 });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What the places of states hold. */
export interface FoundStates {
  newest: StateSnapshot | undefined;
  /** Files that are not a whole state. */
  unreadable: Buffer[];
  /** Paths of files that are too large to be read. */
  tooLarge: string[];
}

/** @param known SHA-256 of files that were there before: they and their copies are not the step's work */
export async function findStates(
  { errored, posted, local }: StateLocations,
  known: readonly string[] = [],
): Promise<FoundStates> {
  const folder = dirname(posted);
  // The first of equals counts: errored before posted before local.
  const read = await Promise.all([errored, posted, local].map((file) => readCandidate(folder, file)));
  const found = read
    .filter((each) => each !== undefined && 'bytes' in each)
    .filter(({ bytes }) => known.length === 0 || !known.includes(sha256(bytes)));
  return {
    newest: pickNewest(found.map(({ snapshot }) => snapshot)),
    unreadable: found.filter(({ snapshot }) => snapshot === undefined).map(({ bytes }) => bytes),
    tooLarge: read.flatMap((each) => (each && 'tooLarge' in each ? [each.tooLarge] : [])),
  };
}

/** SHA-256 of each file in the place of a state. */
export async function digestStates({ errored, posted, local }: StateLocations): Promise<string[]> {
  const folder = dirname(posted);
  const read = await Promise.all([errored, posted, local].map((file) => readLeftFile(folder, file)));
  return read.filter((bytes) => bytes !== undefined).map(sha256);
}
