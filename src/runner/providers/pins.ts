import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreFolder } from './store-folder.ts';

/** Packages that make room for no others until they are unpinned: each group of callers has pins of its own. */

export async function pin(folder: StoreFolder, group: string, stored: string): Promise<void> {
  await mkdir(join(folder.pins, group), { recursive: true, mode: 0o700 });
  await writeFile(join(folder.pins, group, stored), '', { mode: 0o600 });
}

/** @param group undefined: all of them */
export async function unpin(folder: StoreFolder, group: string | undefined, stored: string): Promise<void> {
  for (const each of await groupsOf(folder, group))
    await rm(join(folder.pins, each, stored), { force: true });
}

/** The names of the pinned packages, of one group or (undefined) of all. */
export async function listPinned(folder: StoreFolder, group?: string): Promise<Set<string>> {
  const groups = await groupsOf(folder, group);
  const all = await Promise.all(groups.map((each) => readdir(join(folder.pins, each)).catch(() => [])));
  return new Set(all.flat());
}

const groupsOf = async ({ pins }: StoreFolder, group: string | undefined): Promise<string[]> =>
  group === undefined ? await readdir(pins).catch(() => []) : [group];
