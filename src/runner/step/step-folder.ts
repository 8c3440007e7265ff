import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder } from '../sandbox/remove-folder.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';

/** Where one step keeps its files. Only `box` is shown to the run. */
export interface StepFolder {
  root: string;
  record: string;
  log: string;
  box: string;
  /** Removes everything, and is somebody else's to remove when that fails. */
  remove(): Promise<void>;
  /** Leaves everything for the next runner to look at. */
  leave(): void;
}

const SAFE_NAME = /^[A-Za-z0-9_-]{1,100}$/;

/** Where an init finds providers that are there already; made when they are needed. */
export const pluginFolders = ({ box }: Pick<StepFolder, 'box'>) => ({
  /** It is known which of these are wanted, so no registry is asked. */
  mirror: join(box, 'plugins', 'mirror'),
  /** Of these the engine chooses, once it has asked what there is. */
  cache: join(box, 'plugins', 'cache'),
});

export function lockFileOf(root: string): string {
  return join(root, 'lock');
}

/**
 * Makes a fresh folder named after the run, so that plan and apply of it have the same path where the sandbox cannot
 * give them one; with a number when a folder of that name is still there. The lock says that its runner is alive.
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
