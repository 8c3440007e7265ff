import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf, type PackageName } from '../../protocol/package-name.ts';

/** The paths of a store. Only `packages` is ever shown to a run, one package at a time. */
export interface StoreFolder {
  root: string;
  /** The paths of a package's folder, of its metadata, and of the lock of its users. */
  packageOf(name: string): string;
  metaOf(name: string): string;
  lockOf(name: string): string;
  /** Holds one empty file for each package of this name in the scope; the file has the name of the stored package. */
  indexOf(scope: string, name: PackageName): string;
  staging: string;
  trash: string;
  quarantine: string;
  flights: string;
  /** One file for each run whose plan waits for its apply, with the packages that the apply needs. */
  waiting: string;
  /** Holds a folder for each group of callers, with one empty file for each package that they want to keep. */
  pins: string;
  listStored(): Promise<string[]>;
}

/** The provider folder of the runner that works in this folder. */
export const providerFolderOf = (workFolder: string): string => join(workFolder, '.providers');

export function storeFolder(root: string): StoreFolder {
  const at = (...parts: string[]) => join(root, ...parts);
  return {
    root,
    packageOf: (name) => at('packages', name),
    metaOf: (name) => at('meta', `${name}.json`),
    lockOf: (name) => at('use', `${name}.lock`),
    indexOf: (scope, name) => at('index', scope, pathOf(name)),
    staging: at('staging'),
    trash: at('trash'),
    quarantine: at('quarantine'),
    flights: at('flights'),
    waiting: at('waiting'),
    pins: at('pins'),
    async listStored() {
      const names = await readdir(at('meta')).catch(() => []);
      return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    },
  };
}

export async function makeStoreFolder(root: string): Promise<void> {
  // A dropped user passes through this folder to the packages that it may read.
  await mkdir(root, { recursive: true, mode: 0o755 });
  for (const name of [
    ...['packages', 'meta', 'use', 'index', 'waiting', 'pins'],
    ...['staging', 'trash', 'quarantine', 'flights'],
  ])
    await mkdir(join(root, name), { recursive: true, mode: 0o700 });
}
