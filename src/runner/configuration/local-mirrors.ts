import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { domainToASCII, domainToUnicode } from 'node:url';

/** A folder that terraform takes providers from, and the providers in it. */
export interface LocalMirror {
  /** As the run sees it. */
  path: string;
  addresses: string[];
}

const PART = /^[a-z0-9][a-z0-9._:-]{0,250}$/;
/** A host of other letters than ASCII's. */
const LETTERS = /^[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}.-]{0,250}$/u;
const MAX_ADDRESSES = 200;

/** Where terraform looks by itself: in the configuration, and in folders that an administrator fills. */
const IN_CONFIGURATION = 'terraform.d/plugins';
const OF_SYSTEM = ['/usr/local/share/terraform/plugins', '/usr/share/terraform/plugins'];

/**
 * The folders of providers that terraform would use by itself, each with exactly the providers in it: these come only
 * from there, and all others from their registries.
 */
export async function findLocalMirrors(
  workingDirectory: string,
  inner: (hostPath: string) => string,
): Promise<LocalMirror[]> {
  const own = join(workingDirectory, IN_CONFIGURATION);
  const places = [
    { folder: own, path: inner(own) },
    ...OF_SYSTEM.map((folder) => ({ folder, path: folder })),
  ];
  const mirrors: LocalMirror[] = [];
  for (const { folder, path } of places) {
    const addresses = await listAddresses(folder);
    if (addresses.length > 0) mirrors.push({ path, addresses });
  }
  return mirrors;
}

/** Folders `HOST/NAMESPACE/TYPE` that hold something. */
async function listAddresses(folder: string): Promise<string[]> {
  let found = [''];
  for (let level = 0; level < 3; level++) {
    const next: string[] = [];
    for (const at of found) {
      for (const name of await readFolder(join(folder, at)))
        if (isPart(name, level === 0) && (await isFolder(join(folder, at, name)))) next.push(`${at}${name}/`);
    }
    found = next.slice(0, MAX_ADDRESSES);
  }
  return found.map((each) => each.slice(0, -1));
}

/** Terraform refuses its whole configuration for one impossible name in it, and wants hosts in Unicode. */
const isPart = (name: string, isHost: boolean): boolean =>
  PART.test(name) || (isHost && LETTERS.test(name) && domainToUnicode(domainToASCII(name)) === name);

const readFolder = async (folder: string): Promise<string[]> => await readdir(folder).catch(() => []);

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
