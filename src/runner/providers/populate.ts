import { randomUUID } from 'node:crypto';
import { access, chmod, cp, mkdir, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { shareKernelLock, takeKernelLock } from '../state/kernel-lock.ts';
import { closePackage, hashPackage, listPackage, StrangePackage, type PackageFile } from './package-files.ts';
import { readBootId, storedName, type PackageMeta } from './package-meta.ts';
import type { PackageName } from '../../protocol/package-name.ts';
import { fingerprintsOf, writeMeta, type HeldPackage, type ProviderStore } from './provider-store.ts';

const ATTEMPTS = 3;

/** The origin of a package that is to be stored. */
export interface PackageOrigin {
  name: PackageName;
  /** Hashes in the lock file that the engine wrote; the package's hash must be one of them. */
  hashes: readonly string[];
  signedArchives: readonly string[];
  proof: string;
  fetchedBy: PackageMeta['fetchedBy'];
}

/**
 * Moves a package, which no running program can reach any more, out of a run's folder into the store: first to a
 * private place, then, once its hash is verified against the lock file, to its name. If it is killed, the next start
 * removes what is unfinished.
 *
 * @param makeRoom may refuse the package
 * @throws after the package is back where it was
 */
export async function storePackage(
  store: ProviderStore,
  scopes: readonly string[],
  source: string,
  origin: PackageOrigin,
  makeRoom: (sizeBytes: number) => Promise<void>,
): Promise<HeldPackage> {
  if ((await realpath(source)) !== source) throw new StrangePackage('its folder is a link');
  const place = join(store.folder.staging, randomUUID());
  const release = takeKernelLock(`${place}.lock`);
  const staged = join(place, 'package');
  try {
    await mkdir(place, { mode: 0o700 });
    await move(source, staged);
    try {
      const meta = await describe(staged, origin);
      await makeRoom(meta.sizeBytes);
      return await publish(store, scopes, staged, meta);
    } catch (error) {
      await chmod(staged, 0o755);
      await move(staged, source);
      throw error;
    }
  } finally {
    await rm(place, { recursive: true, force: true });
    await rm(`${place}.lock`, { force: true });
    release?.();
  }
}

async function describe(staged: string, origin: PackageOrigin): Promise<PackageMeta> {
  const { name, hashes, signedArchives, proof, fetchedBy } = origin;
  const before = await listPackage(staged);
  await closePackage(staged, before);
  const files = await listPackage(staged);
  const h1 = await hashPackage(staged, files);
  if (!hashes.includes(h1)) throw new StrangePackage(`its hash ${h1} is not in the lock file`);
  return {
    ...name,
    ...{ h1, proof, fetchedBy, signedArchives: [...signedArchives] },
    sizeBytes: sum(files),
    fetchedAt: new Date().toISOString(),
    bootId: readBootId(),
    files: fingerprintsOf(files),
  };
}

/**
 * The metadata is written first: it means nothing without the folder. If two processes publish the same package, one
 * wins, and both use the result.
 */
async function publish(
  store: ProviderStore,
  scopes: readonly string[],
  staged: string,
  meta: PackageMeta,
): Promise<HeldPackage> {
  const { folder } = store;
  const stored = storedName(meta.h1);
  const release = await shareSoon(folder.lockOf(stored));
  try {
    await access(folder.metaOf(stored)).catch(() => writeMeta(folder, meta));
    for (const scope of scopes) await store.addToIndex(scope, meta, stored);
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      await placeAt(staged, folder.packageOf(stored));
      const held = await store.hold(meta);
      if (held) return held;
      // The damaged package in its place has been put aside now.
      await writeMeta(folder, meta);
    }
    throw new Error(`${folder.packageOf(stored)} cannot be replaced`);
  } finally {
    release();
  }
}

/** An existing package stays. */
async function placeAt(staged: string, place: string): Promise<void> {
  try {
    await rename(staged, place);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    throw error;
  }
  await chmod(place, 0o555);
}

/** A process with the exclusive lock is removing the package, which takes a moment. */
async function shareSoon(file: string): Promise<() => void> {
  for (;;) {
    const release = shareKernelLock(file);
    if (release) return release;
    await sleep(10);
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true, errorOnExist: true });
    await rm(from, { recursive: true });
  }
}

const sum = (files: readonly PackageFile[]): number =>
  files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
