import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** A store whose files can be removed: they lie in folders of one level, each under its own name. */
export interface Removable {
  /** The names of all files, a folder at a time. */
  names(): AsyncIterable<string[]>;
  /** Removes the file unless it was written at or after `unusedSince`. @returns whether it removed it */
  remove(name: string, unusedSince: Date): Promise<boolean>;
}

/** The names of this form in the two-character folders of `folder`: other files are not the store's. */
export async function* listStored(folder: string, form: RegExp): AsyncGenerator<string[]> {
  for (const inner of await entries(folder)) {
    if (!inner.isDirectory() || inner.name.length !== 2) continue;
    const files = await entries(path.join(folder, inner.name));
    yield files.filter((entry) => entry.isFile() && form.test(entry.name)).map(({ name }) => name);
  }
}

/** The caller prevents all other writes to the file meanwhile. */
export async function removeUnlessWritten(file: string, unusedSince: Date): Promise<boolean> {
  const found = await stat(file).catch(ignoreMissing);
  if (found === undefined || found.mtime >= unusedSince) return false;
  await rm(file, { force: true });
  return true;
}

const entries = async (folder: string): Promise<Dirent[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
