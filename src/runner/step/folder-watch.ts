import { join, relative } from 'node:path';
import { takeInventory } from '../configuration/inventory.ts';
import { packPlannedFolder } from '../configuration/planned-folder.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';

/** Keeps the changes of a plan in its folder: the apply starts from the folder after the plan, not from the upload. */
export interface FolderWatch {
  /** Undefined when there is nothing to keep, or no apply to keep it for. */
  packChanges(): Promise<Buffer | undefined>;
}

/** Factor over an upload's limit: fetched modules and files of data sources come on top. */
const MORE_ENTRIES = 4;

/** Called before anything of the run has started. */
export async function watchFolder(context: StepContext, prepared: Prepared): Promise<FolderWatch> {
  const { step, limits, sandbox, folder } = context;
  if (step.run.planOnly) return { packChanges: () => Promise.resolve(undefined) };
  await sandbox.handOver(folder.box);
  const { root, workingDirectory } = prepared;
  const inWorkingDirectory = (path: string) => join(relative(root, workingDirectory), path);
  const passOver = new Set([
    // Providers are installed again from the lock file, and a state must not come from a plan.
    inWorkingDirectory('.terraform/providers'),
    inWorkingDirectory('errored.tfstate'),
  ]);
  const maxEntries = limits.archiveEntries * MORE_ENTRIES;
  const before = await takeInventory(root, passOver, maxEntries);
  return {
    async packChanges() {
      const after = new Map(await takeInventory(root, passOver, maxEntries));
      // Every init makes this folder; only its content counts.
      after.delete(inWorkingDirectory('.terraform'));
      return await packPlannedFolder(root, before, after, limits);
    },
  };
}
