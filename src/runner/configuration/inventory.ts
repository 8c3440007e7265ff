import { lstatSync, readdirSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { StepFailure } from '../step-failure.ts';

export type EntryKind = 'file' | 'folder' | 'link' | 'other';

/** One file, folder or link, with a fingerprint that changes whenever it is written or replaced. */
export interface Entry {
  kind: EntryKind;
  fingerprint: string;
  sizeBytes: number;
}

/** By path relative to the folder. */
export type Inventory = ReadonlyMap<string, Entry>;

/** Entries between two pauses for the event loop. */
const BATCH = 500;

/**
 * Lists a folder without following links. `passOver` and everything below it are skipped. Errors: {@link StepFailure}
 * when there are more than `maxEntries` entries, or they cannot be read.
 */
export async function takeInventory(
  root: string,
  passOver: ReadonlySet<string>,
  maxEntries: number,
): Promise<Inventory> {
  const entries = new Map<string, Entry>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of list(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (passOver.has(path)) continue;
      const entry = describe(join(root, path));
      if (!entry) continue;
      entries.set(path, entry);
      if (entries.size > maxEntries)
        throw new StepFailure(`The configuration's folder holds more than ${maxEntries} files and folders`);
      if (entry.kind === 'folder') folders.push(path);
      if (entries.size % BATCH === 0) await setImmediate();
    }
  }
  return entries;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new StepFailure('A folder of the configuration cannot be read', String(error), { cause: error });
  }
}

function describe(path: string): Entry | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stats) return undefined;
  const kind = kindOf(stats);
  // The times of a folder change with its content, which is listed by itself.
  const facts = kind === 'folder' ? [] : [stats.ino, stats.size, stats.mode, stats.mtimeNs, stats.ctimeNs];
  return { kind, fingerprint: [kind, ...facts].join(' '), sizeBytes: Number(stats.size) };
}

function kindOf(stats: BigIntStats): EntryKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}
