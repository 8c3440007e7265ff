import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { DatabaseProblem } from './database-problem.ts';

export interface FolderLock {
  release(): void;
}

/**
 * Makes this process the only one that uses the folder. It is the kernel's lock on a file that is never deleted: it
 * ends with the process in every case, so there is nothing stale to clean up and no process id to guess from.
 *
 * @throws DatabaseProblem `folder-in-use`
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fd = openSync(path.join(folder, 'lock'), 'a', 0o600);
  let granted = false;
  try {
    granted = tryLock(fd);
  } finally {
    if (!granted) closeSync(fd);
  }
  if (!granted) {
    throw new DatabaseProblem(
      'folder-in-use',
      `the data folder ${folder} is in use by another Runwright server: stop it, or set RUNWRIGHT_HOME to another folder`,
    );
  }
  let held = true;
  return {
    release() {
      if (held) closeSync(fd);
      held = false;
    },
  };
}
