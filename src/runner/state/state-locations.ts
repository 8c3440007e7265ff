import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pickNewest, readState, type StateSnapshot } from './state-file.ts';

/** Where states of a step may be found on disk; plain data, so that a later runner can look there too. */
export interface StateLocations {
  /** The local backend's file, beside the configuration. */
  local: string;
  /** Written by the loopback endpoint of a large apply; see docs/adr/0005. */
  posted: string;
  /** Terraform's own last resort when its backend refuses a state. */
  errored: string;
}

/** The local backend is shown a file of the workspace's own in a folder of workspaces, none in the configuration. */
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

export async function readNewestState(locations: StateLocations): Promise<StateSnapshot | undefined> {
  const { errored, posted, local } = locations;
  const folder = dirname(posted);
  return pickNewest(await Promise.all([errored, local, posted].map((file) => readState(folder, file))));
}
