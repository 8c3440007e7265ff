import { join, relative } from 'node:path';
import { takeInventory } from '../configuration/inventory.ts';
import { packPlannedFolder } from '../configuration/planned-folder.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';

/** Keeps what a plan changes in its folder: the apply starts from what the plan saw, not from the upload. */
export interface FolderWatch {
  /** Undefined when there is nothing to keep, or no apply to keep it for. */
  packChanges(): Promise<Buffer | undefined>;
}

/** Modules that were fetched, and what data sources made, come on top of what an upload may have. */
const MORE_ENTRIES = 4;

/** Before anything of the run has started. */
export async function watchFolder(context: StepContext, prepared: Prepared): Promise<FolderWatch> {
  const { step, limits, sandbox, folder } = context;
  if (step.run.planOnly) return { packChanges: () => Promise.resolve(undefined) };
  await sandbox.handOver(folder.box);
  const { root, workingDirectory } = prepared;
  const inWorkingDirectory = (path: string) => join(relative(root, workingDirectory), path);
  const passOver = new Set([
    // Providers are installed again, as the lock file says; and no state may come from a plan.
    inWorkingDirectory('.terraform/providers'),
    inWorkingDirectory('errored.tfstate'),
  ]);
  const maxEntries = limits.archiveEntries * MORE_ENTRIES;
  const before = await takeInventory(root, passOver, maxEntries);
  return {
    async packChanges() {
      const after = new Map(await takeInventory(root, passOver, maxEntries));
      // Every init makes it; what is in it counts.
      after.delete(inWorkingDirectory('.terraform'));
      return await packPlannedFolder(root, before, after, limits);
    },
  };
}
