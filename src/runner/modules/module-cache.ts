import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { hashPackage, listPackage, StrangePackage } from '../providers/package-files.ts';
import { ignoreReadOnly } from '../state/read-only.ts';
import { removeFolder } from '../sandbox/remove-folder.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import type { ImmutableCall } from './immutable-source.ts';

/** What is known of a kept module besides its files. */
const KeptMeta = z.object({
  /** Source and version as the engine wrote them into its manifest. */
  source: z.string(),
  version: z.string().optional(),
  /** The folder inside the package that was called. */
  inner: z.string(),
  commit: z.string().optional(),
  /** The hash of all files of the package. */
  h1: z.string(),
  sizeBytes: z.int(),
});
type KeptMeta = z.infer<typeof KeptMeta>;

export interface KeptPackage extends KeptMeta {
  folder: string;
}

/** A module is text, so this is more than any needs. */
const MAX_MODULE_BYTES = 64 * 1024 ** 2;
const MAX_ALL_BYTES = 2 * 1024 ** 3;
const UNUSED_MS = 30 * 24 * 3600_000;

const cacheOf = (root: string): string => join(root, 'modules');
/** A module that was fetched with one credential is not found with another. */
const nameOf = (scope: readonly string[], { source, version = '' }: ImmutableCall): string =>
  createHash('sha256')
    .update(JSON.stringify([...scope, source, version]))
    .digest('hex');

/** The files that an earlier run fetched for the call, if they are unchanged. */
export async function findKeptModule(
  root: string,
  scope: readonly string[],
  call: ImmutableCall,
): Promise<KeptPackage | undefined> {
  const place = join(cacheOf(root), nameOf(scope, call));
  const text = await readFile(join(place, 'meta.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const folder = join(place, 'files');
  try {
    const meta = KeptMeta.parse(JSON.parse(text));
    if ((await hashPackage(folder, await listPackage(folder))) === meta.h1) {
      const now = new Date();
      await utimes(place, now, now).catch(ignoreReadOnly);
      return { ...meta, folder };
    }
  } catch {
    // Damaged, or being removed: treated as missing.
  }
  await removeFolder(place).catch(ignoreReadOnly);
  return undefined;
}

/**
 * Keeps the files of a package, without git's own folder, for later runs. If it is killed, the next start removes
 * what is unfinished. Errors: {@link StrangePackage} for links, and for more than a module has.
 */
export async function keepModule(
  root: string,
  scope: readonly string[],
  call: ImmutableCall,
  fetched: Omit<KeptMeta, 'h1' | 'sizeBytes'> & { folder: string },
): Promise<void> {
  const { folder, ...facts } = fetched;
  const place = join(cacheOf(root), nameOf(scope, call));
  if (await stat(place).catch(() => undefined)) return;
  const staged = join(root, 'staging', randomUUID());
  const release = takeKernelLock(`${staged}.lock`);
  const files = join(staged, 'module', 'files');
  try {
    await mkdir(files, { recursive: true, mode: 0o700 });
    await cp(folder, files, {
      recursive: true,
      filter: (path) => !/(?:^|\/)\.git$/.test(path),
      verbatimSymlinks: true,
    });
    const listed = await listPackage(files);
    const sizeBytes = listed.reduce((sum, each) => sum + each.sizeBytes, 0);
    if (sizeBytes > MAX_MODULE_BYTES) throw new StrangePackage(`it has more than ${MAX_MODULE_BYTES} bytes`);
    const meta: KeptMeta = { ...facts, h1: await hashPackage(files, listed), sizeBytes };
    await writeFile(join(staged, 'module', 'meta.json'), JSON.stringify(meta), { mode: 0o600 });
    await mkdir(cacheOf(root), { recursive: true, mode: 0o700 });
    await rename(join(staged, 'module'), place).catch((error: NodeJS.ErrnoException) => {
      // Another run has kept the same package first.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await removeFolder(staged);
    await rm(`${staged}.lock`, { force: true });
    release?.();
  }
}

/** Removes modules that were not used for a long time, and the least recently used ones above the size limit. */
export async function tidyModules(root: string): Promise<void> {
  const all = [];
  for (const name of await readdir(cacheOf(root)).catch(() => [])) {
    const place = join(cacheOf(root), name);
    const [facts, text] = await Promise.all([
      stat(place).catch(() => undefined),
      readFile(join(place, 'meta.json'), 'utf8').catch(() => '{}'),
    ]);
    if (facts) all.push({ place, usedMs: facts.mtimeMs, sizeBytes: sizeIn(text) });
  }
  let total = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { place, usedMs, sizeBytes } of all.sort((a, b) => a.usedMs - b.usedMs)) {
    if (total <= MAX_ALL_BYTES && Date.now() - usedMs <= UNUSED_MS) return;
    await removeFolder(place);
    total -= sizeBytes;
  }
}

function sizeIn(text: string): number {
  try {
    return KeptMeta.parse(JSON.parse(text)).sizeBytes;
  } catch {
    return 0;
  }
}
