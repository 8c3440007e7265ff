import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { namePackage, pathOf, type PackageName } from '../../protocol/package-name.ts';

/** One package of a mirror: an archive, or an unpacked folder. */
export interface MirrorPackage {
  name: PackageName;
  path: string;
  kind: 'archive' | 'folder';
  /** Hashes that the mirror itself lists; empty when it lists none. */
  hashes: string[];
  /** Hashes that an export recorded. */
  signedArchives: string[];
  /** SHA-256 by path of a file, where an export recorded it. */
  files?: Readonly<Record<string, string>>;
  /** The list of checksums beside the archive, for all platforms of this version. */
  sumsFile?: string;
  /** Why the package must not be taken. */
  problem?: string;
}

/** The names that the signature of a list of checksums, and its keys, have in a mirror. */
export const signatureOf = (sumsFile: string): string => `${sumsFile}.sig`;
export const keysOf = (sumsFile: string): string => `${sumsFile}.key`;
export const sumsNameOf = ({ type, version }: Pick<PackageName, 'type' | 'version'>): string =>
  `terraform-provider-${type}_${version}_SHA256SUMS`;

export const MANIFEST = 'runwright-providers.json';

/** The file that an export writes, by path of the package's folder. */
export const MirrorManifest = z.record(
  z.string(),
  z.object({
    h1: z.string(),
    signedArchives: z.array(z.string()).default([]),
    proof: z.string(),
    files: z.record(z.string(), z.string()).optional(),
  }),
);
export type MirrorManifest = z.infer<typeof MirrorManifest>;

const VersionFile = z.object({
  archives: z.record(z.string(), z.object({ hashes: z.array(z.string()).default([]) })),
});
const MAX_JSON_BYTES = 10 * 1024 ** 2;
const ARCHIVE = /^terraform-provider-([a-z0-9_-]+)_(.+)_([a-z0-9]+_[a-z0-9]+)\.zip$/;

/**
 * Lists the packages in a folder that `terraform providers mirror`, or an export, has made. Files with other names
 * than a mirror's are skipped. Errors: when the folder cannot be read.
 */
export async function listMirror(root: string): Promise<MirrorPackage[]> {
  const manifest = await readManifest(root);
  const packages: MirrorPackage[] = [];
  for (const host of await foldersOf(root, true)) {
    for (const namespace of await foldersOf(join(root, host))) {
      for (const type of await foldersOf(join(root, host, namespace))) {
        const address = `${host}/${namespace}/${type}`;
        packages.push(
          ...(await listArchives(root, address)),
          ...(await listFolders(root, address, manifest)),
        );
      }
    }
  }
  return [...packages, ...missingFolders(manifest, packages)];
}

/** What an export has written about its packages. Errors: when it is not what an export writes. */
export const readManifest = async (root: string): Promise<MirrorManifest | undefined> =>
  await readJson(join(root, MANIFEST), MirrorManifest);

/** Packages that an export has written, and that are not there. */
function missingFolders(
  manifest: MirrorManifest | undefined,
  found: readonly MirrorPackage[],
): MirrorPackage[] {
  const there = new Set(found.filter(({ kind }) => kind === 'folder').map(({ name }) => pathOf(name)));
  return Object.keys(manifest ?? {}).flatMap((path) => {
    const [host, namespace, type, version = '', platform = ''] = path.split('/');
    const name = namePackage(`${host}/${namespace}/${type}`, version, platform);
    if (!name || there.has(path)) return [];
    const problem = `${MANIFEST} names it, and it is not there`;
    return [{ name, path, kind: 'folder', hashes: [], signedArchives: [], problem }];
  });
}

async function listArchives(root: string, address: string): Promise<MirrorPackage[]> {
  const folder = join(root, address);
  const packages: MirrorPackage[] = [];
  const files = await readdir(folder);
  for (const file of files) {
    const [, , version = '', platform = ''] = ARCHIVE.exec(file) ?? [];
    const name = namePackage(address, version, platform);
    if (!name || !file.startsWith(`terraform-provider-${name.type}_`)) continue;
    const described = await readJson(join(folder, `${version}.json`), VersionFile);
    const hashes = described?.archives[platform]?.hashes ?? [];
    const sums = sumsNameOf(name);
    packages.push({
      ...{ name, path: join(folder, file), kind: 'archive', hashes, signedArchives: [] },
      ...(files.includes(sums) && { sumsFile: join(folder, sums) }),
      ...(described &&
        !(platform in described.archives) && { problem: `${version}.json beside it does not name it` }),
    });
  }
  return [...packages, ...(await listMissing(folder, address, packages))];
}

/** Archives that a description names and that are not there. */
async function listMissing(
  folder: string,
  address: string,
  found: readonly MirrorPackage[],
): Promise<MirrorPackage[]> {
  const missing: MirrorPackage[] = [];
  for (const version of new Set(found.map(({ name }) => name.version))) {
    const described = await readJson(join(folder, `${version}.json`), VersionFile);
    for (const platform of Object.keys(described?.archives ?? {})) {
      const name = namePackage(address, version, platform);
      const isThere = found.some((each) => each.name.version === version && each.name.platform === platform);
      if (!name || isThere) continue;
      const problem = `${version}.json names it, and it is not there`;
      missing.push({ name, path: folder, kind: 'archive', hashes: [], signedArchives: [], problem });
    }
  }
  return missing;
}

async function listFolders(
  root: string,
  address: string,
  manifest: MirrorManifest | undefined,
): Promise<MirrorPackage[]> {
  const packages: MirrorPackage[] = [];
  for (const version of await foldersOf(join(root, address))) {
    for (const platform of await foldersOf(join(root, address, version))) {
      const name = namePackage(address, version, platform);
      const described = manifest?.[`${address}/${version}/${platform}`];
      if (!name) continue;
      packages.push({
        ...{ name, path: join(root, address, version, platform), kind: 'folder' },
        hashes: described ? [described.h1] : [],
        signedArchives: described?.signedArchives ?? [],
        ...(described?.files && { files: described.files }),
        ...(manifest && !described && { problem: `${MANIFEST} does not name it` }),
      });
    }
  }
  return packages;
}

async function foldersOf(folder: string, mustBeThere = false): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (mustBeThere) throw error;
    return [];
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Undefined when the file is absent. Errors: when its content does not fit its name. */
async function readJson<Shape extends z.ZodType>(
  file: string,
  shape: Shape,
): Promise<z.infer<Shape> | undefined> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats) return undefined;
  if (stats.size > MAX_JSON_BYTES) throw new Error(`${file} is larger than ${MAX_JSON_BYTES} bytes`);
  try {
    return shape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file} is not what a mirror has`, { cause: error });
  }
}
