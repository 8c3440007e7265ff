import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { namePackage, pathOf, type PackageName } from '../../protocol/package-name.ts';

/** A provider that an init has installed into a run's folder by itself. */
export interface InstalledPackage {
  name: PackageName;
  /** A real folder: a linked package came from another source. */
  folder: string;
}

const MAX_PACKAGES = 200;

/**
 * The packages below terraform's folder of providers that are folders there, or are linked from there into `cache`, the
 * cache of this run alone.
 *
 * @param innerCache the path by which the run sees `cache`
 */
export async function listInstalled(
  providersFolder: string,
  cache: string,
  innerCache: string,
): Promise<InstalledPackage[]> {
  let paths = [''];
  for (let level = 0; level < 5; level++) {
    const next: string[] = [];
    for (const path of paths) {
      const names = await readdir(join(providersFolder, path)).catch(() => []);
      next.push(...names.map((name) => join(path, name)));
    }
    paths = next.slice(0, MAX_PACKAGES);
  }
  const found: InstalledPackage[] = [];
  for (const path of paths) {
    const parts = path.split('/');
    const [version = '', platform = ''] = parts.slice(3);
    const name = namePackage(parts.slice(0, 3).join('/'), version, platform);
    if (name === undefined) continue;
    for (const [folder, isMeant] of [
      [join(providersFolder, path), true],
      [join(cache, path), await leadsTo(join(providersFolder, path), join(innerCache, pathOf(name)))],
    ] as const) {
      const stats = await lstat(folder).catch(() => undefined);
      if (isMeant && stats?.isDirectory()) found.push({ name, folder });
    }
  }
  return found;
}

async function leadsTo(link: string, target: string): Promise<boolean> {
  return (await readlink(link).catch(() => undefined)) === target;
}
