import { randomUUID } from 'node:crypto';
import { chmod, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '../sandbox/remove-folder.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { listAwaited } from './awaited.ts';
import { PackageMeta } from './package-meta.ts';
import { listPinned } from './pins.ts';
import type { StoreFolder } from './store-folder.ts';

export interface StoreLimits {
  /** All packages together. */
  bytes: number;
  /** Space that stays free on the disk. */
  freeBytes: number;
}

/** The store's share of its disk, of which it uses at most {@link MOST_BYTES}. */
const SHARE_OF_DISK = 0.2;
const MOST_BYTES = 50 * 1024 ** 3;
const FREE_SHARE = 0.05;
const MOST_FREE_BYTES = 5 * 1024 ** 3;

/** @param bytes the setting; undefined for a share of the disk */
export async function storeLimits(root: string, bytes: number | undefined): Promise<StoreLimits> {
  const { blocks, bsize } = await statfs(root);
  return {
    bytes: bytes ?? Math.min(blocks * bsize * SHARE_OF_DISK, MOST_BYTES),
    freeBytes: Math.min(blocks * bsize * FREE_SHARE, MOST_FREE_BYTES),
  };
}

/**
 * Removes the least recently used packages, until `neededBytes` more would fit the limits. Packages in use and pinned
 * ones stay, even above the limits; packages that wait for an apply are removed last, and only if the disk is full.
 *
 * @returns the names of the removed packages
 */
export async function makeRoom(
  folder: StoreFolder,
  limits: StoreLimits,
  neededBytes: number,
): Promise<string[]> {
  const awaited = await listAwaited(folder);
  const pinned = await listPinned(folder);
  const names = await folder.listStored();
  const stored = await Promise.all(names.map((name) => describe(folder, name, awaited)));
  const { bavail, bsize } = await statfs(folder.root);
  let total = stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let free = bavail * bsize;
  const gone: string[] = [];
  stored.sort(
    (a, b) =>
      Number(a.isAwaited) - Number(b.isAwaited) || a.lastUseMs - b.lastUseMs || b.sizeBytes - a.sizeBytes,
  );
  for (const { name, sizeBytes, isAwaited } of stored.filter((each) => !pinned.has(each.name))) {
    const isOver = !isAwaited && total + neededBytes > limits.bytes;
    if (!isOver && free - neededBytes >= limits.freeBytes) break;
    if (!(await removePackage(folder, name))) continue;
    gone.push(name);
    total -= sizeBytes;
    free += sizeBytes;
  }
  return gone;
}

async function describe(folder: StoreFolder, name: string, awaited: ReadonlySet<string>) {
  const meta = await readFile(folder.metaOf(name), 'utf8')
    .then((text) => PackageMeta.parse(JSON.parse(text)))
    .catch(() => undefined);
  const use = await stat(folder.lockOf(name)).catch(() => undefined);
  return {
    name,
    sizeBytes: meta?.sizeBytes ?? 0,
    lastUseMs: use?.mtimeMs ?? 0,
    isAwaited: awaited.has(name),
  };
}

/** @returns whether the package was removed; one in use stays */
export async function removePackage(folder: StoreFolder, name: string): Promise<boolean> {
  const release = takeKernelLock(folder.lockOf(name));
  if (!release) return false;
  const away = join(folder.trash, randomUUID());
  try {
    await rm(folder.metaOf(name), { force: true });
    const place = folder.packageOf(name);
    await chmod(place, 0o755).then(
      () => rename(place, away),
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      },
    );
  } finally {
    release();
  }
  await removeFolder(away);
  return true;
}
