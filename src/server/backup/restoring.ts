import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigProblem } from '../config.ts';

/** The folder below the data folder into which a backup is restored. */
export const RESTORING = 'restoring';

/** A half-restored folder must not be served. @throws ConfigProblem */
export function refuseHalfRestored(homeFolder: string): void {
  if (!existsSync(path.join(homeFolder, RESTORING))) return;
  throw new ConfigProblem(
    `RUNWRIGHT_HOME: a restore into ${homeFolder} did not end: run \`runwright restore\` again, or name another folder`,
  );
}
