import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST, readManifest } from './mirror-folder.ts';
import { copyFiles, digestFiles, listPackage } from './package-files.ts';
import type { PackageMeta } from './package-meta.ts';
import { pathOf } from '../../protocol/package-name.ts';
import type { ProviderStore } from './provider-store.ts';

/** The result for one package; `problem` says why it was left out. */
export interface Transferred {
  path: string;
  sizeBytes: number;
  problem?: string;
}

/**
 * Copies every package of the store into a folder that terraform accepts as a `filesystem_mirror`, and that an import
 * accepts as it is. Files that are already there stay.
 */
export async function* exportStore(store: ProviderStore, root: string): AsyncGenerator<Transferred> {
  await mkdir(root, { recursive: true });
  const file = join(root, MANIFEST);
  const manifest = (await readManifest(root)) ?? {};
  for (const meta of await listStore(store)) {
    const path = pathOf(meta);
    const held = await store.hold(meta);
    if (!held) continue;
    let files: Record<string, string>;
    try {
      files = Object.fromEntries(await digestFiles(held.folder, await listPackage(held.folder)));
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
    manifest[path] = { h1, signedArchives, proof, files };
    await writeFile(`${file}.partial`, `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(`${file}.partial`, file);
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
