import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder, PRIVATE_FILE, syncFolder } from '../blobs/durable-files.ts';

export interface Copied {
  /** How many files are in the target now. */
  files: number;
  /** How many of them were missing before, or incomplete. */
  copied: number;
  /** Names of blobs whose bytes have changed since they were stored; they are not copied. */
  damaged: string[];
}

/** The stores of the data folder: each file lies in a folder of two characters. */
export type StoreName = 'blobs' | 'logs';
const FORM = { blobs: /^[0-9a-f]{64}$/, logs: /^[A-Za-z0-9][A-Za-z0-9_-]{1,127}$/ };

/**
 * Copies a store's files that `to` does not have yet. A blob never changes under its name, which is its SHA-256, and is
 * read to check that; a log only grows. Existing files stay, so a second backup copies only new files.
 *
 * @param from a data folder or a backup, as `to` is
 */
export async function copyStored(name: StoreName, from: string, to: string): Promise<Copied> {
  const result: Copied = { files: 0, copied: 0, damaged: [] };
  const [source, target] = [path.join(from, name), path.join(to, name)];
  await makeFolder(target);
  for (const inner of await foldersIn(source)) {
    const folder = path.join(target, inner);
    let isNew = false;
    for (const file of await filesIn(path.join(source, inner), FORM[name])) {
      const [original, copy] = [path.join(source, inner, file), path.join(folder, file)];
      const size = await sizeOf(original);
      // The file was deleted since it was listed: the row that named it is gone too.
      if (size === undefined) continue;
      if ((await sizeOf(copy)) !== size) {
        if (!isNew) await makeFolder(folder);
        isNew = true;
        if (!(await copyWhole(original, copy, name === 'blobs' ? file : null))) {
          result.damaged.push(file);
          continue;
        }
        result.copied += 1;
      }
      result.files += 1;
    }
    if (isNew) await syncFolder(folder);
  }
  return result;
}

/** @returns whether the copy has this SHA-256; a copy with another one is removed */
async function copyWhole(original: string, copy: string, sha256: string | null): Promise<boolean> {
  const unfinished = `${copy}.${randomUUID()}`;
  try {
    await copyFile(original, unfinished);
    if (sha256 !== null && (await sha256Of(unfinished)) !== sha256) return false;
    const handle = await open(unfinished, 'r+');
    try {
      await handle.chmod(PRIVATE_FILE);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, copy);
    return true;
  } finally {
    await rm(unfinished, { force: true });
  }
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const foldersIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(orNone))
    .filter((entry) => entry.isDirectory() && entry.name.length === 2)
    .map((entry) => entry.name);

const filesIn = async (folder: string, form: RegExp): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(orNone))
    .filter((entry) => entry.isFile() && form.test(entry.name))
    .map((entry) => entry.name);

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(orUndefined);
  return found?.size;
}

function orNone(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function orUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
