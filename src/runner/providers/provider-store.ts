import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreReadOnly } from '../state/read-only.ts';
import { shareKernelLock } from '../state/kernel-lock.ts';
import type { Log } from '../settings.ts';
import { hashPackage, listPackage, StrangePackage, type PackageFile } from './package-files.ts';
import { isStoredName, PackageMeta, readBootId, storedName } from './package-meta.ts';
import type { PackageName } from '../../protocol/package-name.ts';
import { putAside } from './put-aside.ts';
import { storeFolder, type StoreFolder } from './store-folder.ts';

/** A package that stays unchanged until it is released. */
export interface HeldPackage {
  meta: PackageMeta;
  /** On the host. */
  folder: string;
  release(): void;
}

/** Unpacked providers of earlier runs, shared by all runs of this host (docs/adr/0093). */
export interface ProviderStore {
  folder: StoreFolder;
  /** Reads by the name of the stored package; undefined when it is not there. */
  read(stored: string): Promise<PackageMeta | undefined>;
  /** The packages of this name in any of the scopes, the newest first. */
  find(scopes: readonly string[], name: PackageName): Promise<PackageMeta[]>;
  /** Every provider in the scopes that has a package for the platform. */
  listProviders(scopes: readonly string[], platform: string): Promise<Omit<PackageName, 'version'>[]>;
  /** Every version of the provider in the scopes, for the platform. */
  list(scopes: readonly string[], provider: Omit<PackageName, 'version'>): Promise<PackageMeta[]>;
  /** Undefined when the package is gone, or has been changed; a changed one is put aside. */
  hold(meta: Pick<PackageMeta, 'h1'>): Promise<HeldPackage | undefined>;
  /** Reads the whole package, and puts it aside when it is damaged. @returns false when it was damaged */
  verify(meta: Pick<PackageMeta, 'h1'>): Promise<boolean>;
  /** Records that the contents were read, and were right. */
  noteChecked(meta: Pick<PackageMeta, 'h1'>, at: Date): Promise<void>;
  /** Makes {@link find} return the package from now on. */
  addToIndex(scope: string, name: PackageName, stored: string): Promise<void>;
}

export function openProviderStore(root: string, log: Log): ProviderStore {
  const folder = storeFolder(root);

  async function readMeta(stored: string): Promise<PackageMeta | undefined> {
    try {
      return PackageMeta.parse(JSON.parse(await readFile(folder.metaOf(stored), 'utf8')));
    } catch {
      // Evicted or damaged: treated as missing.
      return undefined;
    }
  }

  async function find(scopes: readonly string[], name: PackageName): Promise<PackageMeta[]> {
    const found = new Map<string, PackageMeta>();
    for (const scope of scopes) {
      const place = folder.indexOf(scope, name);
      for (const stored of (await readdir(place).catch(() => [])).filter(isStoredName)) {
        const meta = await readMeta(stored);
        if (meta === undefined || storedName(meta.h1) !== stored)
          await rm(join(place, stored), { force: true }).catch(ignoreReadOnly);
        else found.set(stored, meta);
      }
    }
    return [...found.values()].sort((a, b) => b.fetchedAt.localeCompare(a.fetchedAt));
  }

  return {
    folder,
    read: readMeta,
    find,
    async listProviders(scopes, platform) {
      const found = new Map<string, Omit<PackageName, 'version'>>();
      for (const scope of scopes) {
        const root = join(folder.root, 'index', scope);
        const below = async (path: string) => await readdir(join(root, path)).catch(() => []);
        for (const host of await below(''))
          for (const namespace of await below(host))
            for (const type of await below(`${host}/${namespace}`))
              found.set(`${host}/${namespace}/${type}`, { host, namespace, type, platform });
      }
      return [...found.values()];
    },
    async list(scopes, provider) {
      const { host, namespace, type } = provider;
      const places = scopes.map((scope) => join(folder.root, 'index', scope, host, namespace, type));
      const versions = await Promise.all(places.map(async (place) => await readdir(place).catch(() => [])));
      const found = await Promise.all(
        [...new Set(versions.flat())].map((version) => find(scopes, { ...provider, version })),
      );
      return found.flat();
    },
    async hold({ h1 }) {
      const stored = storedName(h1);
      let release: (() => void) | undefined;
      try {
        release = shareKernelLock(folder.lockOf(stored));
        if (!release) return undefined;
        const meta = await readMeta(stored);
        if (meta && (await isUnchanged(folder, stored, meta, log))) {
          const now = new Date();
          await utimes(folder.lockOf(stored), now, now).catch(ignoreReadOnly);
          return { meta, folder: folder.packageOf(stored), release };
        }
      } catch (error) {
        log('warn', 'a stored provider cannot be used', { package: stored, error: String(error) });
      }
      release?.();
      return undefined;
    },
    async verify({ h1 }) {
      const stored = storedName(h1);
      const release = shareKernelLock(folder.lockOf(stored));
      // Somebody removes it at this moment.
      if (!release) return true;
      try {
        const meta = await readMeta(stored);
        if (!meta) return true;
        const isRight = await hasRightContents(folder, stored, meta);
        if (isRight === false) await putAside(folder, meta, log);
        return isRight !== false;
      } finally {
        release();
      }
    },
    async noteChecked({ h1 }, at) {
      const release = shareKernelLock(folder.lockOf(storedName(h1)));
      if (!release) return;
      try {
        const meta = await readMeta(storedName(h1));
        if (meta) await writeMeta(folder, { ...meta, checkedAt: at.toISOString() });
      } finally {
        release();
      }
    },
    async addToIndex(scope, name, stored) {
      const place = folder.indexOf(scope, name);
      await mkdir(place, { recursive: true, mode: 0o700 });
      await writeFile(join(place, stored), '', { mode: 0o600 });
    },
  };
}

/** Compares the files with their fingerprints, and also their contents where a fingerprint differs. */
async function isUnchanged(
  folder: StoreFolder,
  stored: string,
  meta: PackageMeta,
  log: Log,
): Promise<boolean> {
  const place = folder.packageOf(stored);
  if (meta.bootId === readBootId()) {
    const files = await listPackage(place).catch(() => undefined);
    if (files && hasFingerprints(files, meta)) return true;
  }
  const isRight = await hasRightContents(folder, stored, meta);
  if (isRight === false) await putAside(folder, meta, log);
  return isRight === true;
}

/** Reads all of it, and renews the metadata of a right package. @returns undefined when there is no package */
async function hasRightContents(
  folder: StoreFolder,
  stored: string,
  meta: PackageMeta,
): Promise<boolean | undefined> {
  const place = folder.packageOf(stored);
  try {
    const files = await listPackage(place);
    const isClosed = files.every(({ mode }) => (mode & 0o222) === 0);
    if (!isClosed || (await hashPackage(place, files)) !== meta.h1) return false;
    const checkedAt = new Date().toISOString();
    const renewed = { ...meta, bootId: readBootId(), checkedAt, files: fingerprintsOf(files) };
    await writeMeta(folder, renewed).catch(ignoreReadOnly);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    // A disk that cannot give the bytes back has lost them.
    if (error instanceof StrangePackage || code === 'EIO') return false;
    throw error;
  }
}

function hasFingerprints(files: readonly PackageFile[], meta: PackageMeta): boolean {
  return (
    files.length === Object.keys(meta.files).length &&
    files.every(({ path, fingerprint }) => meta.files[path] === fingerprint)
  );
}

export const fingerprintsOf = (files: readonly PackageFile[]): Record<string, string> =>
  Object.fromEntries(files.map(({ path, fingerprint }) => [path, fingerprint]));

export async function writeMeta(folder: StoreFolder, meta: PackageMeta): Promise<void> {
  const file = folder.metaOf(storedName(meta.h1));
  const partial = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(partial, JSON.stringify(meta), { mode: 0o600 });
  await rename(partial, file);
}
