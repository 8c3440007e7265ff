import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../state/state-delivery.ts';
import { readNewestState, type StateLocations } from '../state/state-locations.ts';
import { writeDurably } from '../state/write-durably.ts';

/**
 * Copies the last state of a step to where nothing removes it: `undelivered/` in the work folder. For a state that the
 * server would not, or may not, have taken. The path; undefined when there is no state but the prior one.
 */
export async function keepState(
  workFolder: string,
  stepId: string,
  locations: StateLocations,
  priorSha256: string | undefined,
): Promise<string | undefined> {
  const snapshot = await readNewestState(locations);
  if (!snapshot || sha256(snapshot.bytes) === priorSha256) return undefined;
  const folder = join(workFolder, 'undelivered');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${stepId.replace(/[^A-Za-z0-9_-]/g, '_')}.${snapshot.state.serial}.tfstate`);
  await writeDurably(file, snapshot.bytes);
  return file;
}
