import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { StepFailure } from '../step-failure.ts';

/**
 * The folder terraform runs in: `workingDirectory` below the configuration's `root`. Links on the path are followed.
 */
export async function resolveWorkingDirectory(root: string, workingDirectory: string): Promise<string> {
  const shown = JSON.stringify(workingDirectory);
  const refuse = (why: string) =>
    new StepFailure(
      'The working directory cannot be used',
      `The workspace's working directory ${shown} ${why}.`,
    );
  if (workingDirectory.includes('\0')) throw refuse('is no usable path');
  const realRoot = await realpath(root);
  // The API's own rule: a leading slash means the root of the configuration.
  const folder = join(realRoot, workingDirectory.replace(/^\/+/, ''));
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || isOutside(realRoot, folder)) {
    throw refuse(
      isOutside(realRoot, folder) ? 'leaves the configuration' : 'does not exist in the configuration',
    );
  }
  if (isOutside(realRoot, real)) throw refuse('leaves the configuration');
  if (!(await stat(real)).isDirectory()) throw refuse('is not a folder');
  return real;
}

function isOutside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '..' || way.startsWith('../') || isAbsolute(way);
}
