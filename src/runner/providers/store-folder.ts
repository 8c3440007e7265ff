import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf, type PackageName } from '../../protocol/package-name.ts';

/** Where everything of a store is. Only `packages` is ever shown to a run, one package at a time. */
export interface StoreFolder {
  root: string;
  /** A package's folder, what is known of it, and the lock of who uses it. */
  packageOf(name: string): string;
  metaOf(name: string): string;
  lockOf(name: string): string;
  /** Holds one empty file for each package that goes by this name in the scope, called as the package is stored. */
  indexOf(scope: string, name: PackageName): string;
  staging: string;
  trash: string;
  quarantine: string;
  flights: string;
  /** Of each run whose plan waits for its apply, what that will want. */
  waiting: string;
  listStored(): Promise<string[]>;
}

/** Of the runner that works in this folder. */
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
    async listStored() {
      const names = await readdir(at('meta')).catch(() => []);
      return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    },
  };
}

export async function makeStoreFolder(root: string): Promise<void> {
  // A dropped user has to pass through to the packages that it is shown.
  await mkdir(root, { recursive: true, mode: 0o755 });
  for (const name of [
    ...['packages', 'meta', 'use', 'index', 'waiting'],
    ...['staging', 'trash', 'quarantine', 'flights'],
  ])
    await mkdir(join(root, name), { recursive: true, mode: 0o700 });
}
