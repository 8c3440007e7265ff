import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { listMirror, MANIFEST, type MirrorManifest, type MirrorPackage } from './mirror-folder.ts';
import { hashPackage, listPackage, StrangePackage } from './package-files.ts';
import type { PackageMeta } from './package-meta.ts';
import { pathOf } from '../../protocol/package-name.ts';
import { storePackage } from './populate.ts';
import type { ProviderStore } from './provider-store.ts';
import { IMPORTED } from './scopes.ts';
import { unpackZip } from './unpack-zip.ts';

/** The result for one package; `problem` says why it was left out. */
export interface Transferred {
  path: string;
  sizeBytes: number;
  problem?: string;
}

const EXECUTABLE = 0o111;

/**
 * Takes every package of a mirror's folder into the store, each whole or not at all; a package that fails does not
 * stop the others. The packages are for all organizations of this host: write access to the store permits an import.
 */
export async function* importMirror(store: ProviderStore, root: string): AsyncGenerator<Transferred> {
  for (const each of await listMirror(await realpath(root))) {
    const path = pathOf(each.name);
    try {
      const sizeBytes = await importPackage(store, each);
      yield { path, sizeBytes };
    } catch (error) {
      yield { path, sizeBytes: 0, problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

async function importPackage(store: ProviderStore, each: MirrorPackage): Promise<number> {
  const place = join(store.folder.staging, randomUUID());
  const release = takeKernelLock(`${place}.lock`);
  const folder = join(place, 'import');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const archive = each.kind === 'archive' ? await hashArchive(each.path) : undefined;
    if (each.kind === 'archive') await unpackZip(each.path, folder);
    else await copyFiles(each.path, folder);
    const files = await listPackage(folder);
    const program = files.find(({ path }) => path.startsWith(`terraform-provider-${each.name.type}`));
    if (!program) throw new StrangePackage(`it has no file terraform-provider-${each.name.type}`);
    if ((program.mode & EXECUTABLE) === 0) throw new StrangePackage(`${program.path} is not executable`);
    const h1 = await hashPackage(folder, files);
    const own = archive === undefined ? [h1] : [h1, archive];
    if (each.hashes.length > 0 && !own.some((hash) => each.hashes.includes(hash)))
      throw new StrangePackage(
        `it has the hashes ${own.join(', ')}, and the mirror names ${each.hashes.join(', ')}`,
      );
    const held = await storePackage(
      store,
      [IMPORTED],
      await realpath(folder),
      {
        ...{ name: each.name, hashes: [h1], signedArchives: each.signedArchives },
        proof: `imported by ${userInfo().username}`,
        fetchedBy: { organization: '', run: '' },
      },
      () => Promise.resolve(),
    );
    held.release();
    return held.meta.sizeBytes;
  } finally {
    await rm(place, { recursive: true, force: true });
    await rm(`${place}.lock`, { force: true });
    release?.();
  }
}

async function hashArchive(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return `zh:${hash.digest('hex')}`;
}

/** Copies only what a package may have; the files are checked before the copy. */
async function copyFiles(from: string, to: string): Promise<void> {
  for (const { path, mode } of await listPackage(from)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(from, path), join(to, path), { errorOnExist: true });
    await chmod(join(to, path), (mode & EXECUTABLE) === 0 ? 0o644 : 0o755);
  }
}

/**
 * Copies every package of the store into a folder that terraform accepts as a `filesystem_mirror`, and that an import
 * accepts as it is. Files that are already there stay.
 */
export async function* exportStore(store: ProviderStore, root: string): AsyncGenerator<Transferred> {
  await mkdir(root, { recursive: true });
  const file = join(root, MANIFEST);
  const manifest = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as MirrorManifest,
    () => ({}) as MirrorManifest,
  );
  for (const meta of await listStore(store)) {
    const path = pathOf(meta);
    const held = await store.hold(meta);
    if (!held) continue;
    try {
      const isThere = (await readdir(join(root, path)).catch(() => [])).length > 0;
      if (isThere && manifest[path]?.h1 !== meta.h1) {
        yield { path, sizeBytes: 0, problem: 'another package of this version is there already' };
        continue;
      }
      if (!isThere) await copyWhole(held.folder, join(root, path));
    } finally {
      held.release();
    }
    const { h1, signedArchives, proof, sizeBytes } = meta;
    manifest[path] = { h1, signedArchives, proof };
    await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
    yield { path, sizeBytes };
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  const partial = `${to}.partial-${randomUUID()}`;
  await mkdir(partial, { recursive: true });
  await copyFiles(from, partial);
  await rename(partial, to);
}

/** All stored packages, by address and version. */
export async function listStore(store: ProviderStore): Promise<PackageMeta[]> {
  const all = await Promise.all((await store.folder.listStored()).map((name) => store.read(name)));
  return all
    .filter((meta) => meta !== undefined)
    .sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : pathOf(a) > pathOf(b) ? 1 : 0));
}
