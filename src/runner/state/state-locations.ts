import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pickNewest, readState, type StateSnapshot } from './state-file.ts';

/** Where states of a step may be found on disk; plain data, so that a later runner can look there too. */
export interface StateLocations {
  /** The local backend's file, in terraform's working directory. */
  local: string;
  /** Written by the loopback endpoint of a large apply; see docs/adr/0005. */
  posted: string;
  /** Terraform's own last resort when its backend refuses a state. */
  errored: string;
}

/** `TF_WORKSPACE` makes the local backend look below terraform.tfstate.d, except for `default` (terraform-cli B2). */
export function locateStates(
  workingDirectory: string,
  stepFolder: string,
  workspace: string,
): StateLocations {
  const below = workspace === 'default' ? '' : join('terraform.tfstate.d', workspace);
  return {
    local: join(workingDirectory, below, 'terraform.tfstate'),
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
