import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder } from '../sandbox/remove-folder.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';

/** The paths of one step's files. Only `box` is shown to the run. */
export interface StepFolder {
  root: string;
  record: string;
  log: string;
  box: string;
  /** Removes everything; if that fails, a later runner removes it. */
  remove(): Promise<void>;
  /** Leaves everything for the next runner to look at. */
  leave(): void;
}

const SAFE_NAME = /^[A-Za-z0-9_-]{1,100}$/;

/** Folders in which an init finds providers that are already there; made when they are needed. */
export const pluginFolders = ({ box }: Pick<StepFolder, 'box'>) => ({
  /** The lock file names these packages, so no registry is asked. */
  mirror: join(box, 'plugins', 'mirror'),
  /** The engine chooses among these, after it has asked the registry for versions. */
  cache: join(box, 'plugins', 'cache'),
});

export function lockFileOf(root: string): string {
  return join(root, 'lock');
}

/**
 * Makes a fresh folder named after the run, so that its plan and apply have the same path where the sandbox cannot
 * give them one; a number is added while a folder of that name exists. The lock shows that its runner is alive.
 */
export function makeStepFolder(workFolder: string, runId: string): StepFolder {
  const name = SAFE_NAME.test(runId) ? runId : 'run';
  for (let attempt = 1; ; attempt++) {
    const root = join(workFolder, attempt === 1 ? name : `${name}.${attempt}`);
    try {
      mkdirSync(root, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    const release = takeKernelLock(lockFileOf(root));
    if (!release) continue;
    const box = join(root, 'box');
    for (const folder of [box, join(box, 'home'), join(box, 'tmp')]) mkdirSync(folder, { mode: 0o700 });
    return {
      root,
      record: join(root, 'record.json'),
      log: join(root, 'log'),
      box,
      async remove() {
        try {
          await removeFolder(root);
        } finally {
          release();
        }
      },
      leave: release,
    };
  }
}
