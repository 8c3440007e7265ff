import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigProblem } from '../config.ts';

/** Below the data folder, while a backup is restored into it. */
export const RESTORING = 'restoring';

/** A folder with half of a backup must not be served. @throws ConfigProblem */
export function refuseHalfRestored(homeFolder: string): void {
  if (!existsSync(path.join(homeFolder, RESTORING))) return;
  throw new ConfigProblem(
    `RUNWRIGHT_HOME: a restore into ${homeFolder} did not end: run \`runwright restore\` again, or name another folder`,
  );
}
