import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ModuleUse } from '../../protocol/agent.ts';
import { hashPackage, type PackageFile } from '../providers/package-files.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import { readManifest } from './installed-modules.ts';

const MODULES = '.terraform/modules';
const MAX_FILES = 20_000;
const MAX_REF_BYTES = 1024 ** 2;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * The modules that an init has fetched from other sources: the resolved source and a hash of the files, taken before
 * anything of the run could change them.
 *
 * @param hide takes secrets out of a source
 */
export async function readModuleOrigins(
  workingDirectory: string,
  hide: (text: string) => string,
): Promise<ModuleUse[]> {
  const uses: ModuleUse[] = [];
  for (const { Key, Source = '', Version, Dir } of (await readManifest(workingDirectory)) ?? []) {
    const isFetched =
      Key !== '' && !/^\.{1,2}\//.test(Source) && posix.normalize(Dir).startsWith(`${MODULES}/`);
    if (!isFetched) continue;
    const folder = join(workingDirectory, Dir);
    if (!(await isInside(join(workingDirectory, MODULES), folder))) continue;
    const files = await listFiles(folder);
    const root = join(workingDirectory, ...posix.normalize(Dir).split('/').slice(0, 3));
    const commit = await readCommit(workingDirectory, root);
    uses.push({
      key: Key.slice(0, 500),
      source: hide(withoutCredentials(Source)).slice(0, 1_000),
      ...(Version !== undefined && Version !== '' && { version: Version.slice(0, 200) }),
      ...(commit !== undefined && { commit }),
      h1: await hashPackage(folder, files),
    });
  }
  return uses;
}

/** Fetched files may be links to anywhere. */
async function isInside(root: string, folder: string): Promise<boolean> {
  const real = await realpath(folder).catch(() => '');
  return real.startsWith(`${await realpath(root)}/`);
}

/** Plain files, without the folder of git. */
async function listFiles(folder: string): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  const folders = [''];
  for (let at = folders.pop(); at !== undefined && files.length < MAX_FILES; at = folders.pop()) {
    for (const name of await readdir(join(folder, at)).catch(() => [])) {
      const path = at === '' ? name : `${at}/${name}`;
      const stats = await lstat(join(folder, path));
      if (name === '.git') continue;
      if (stats.isDirectory()) folders.push(path);
      if (stats.isFile()) files.push({ path, sizeBytes: stats.size, mode: stats.mode, fingerprint: '' });
    }
  }
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** The commit that git has checked out there. */
async function readCommit(workingDirectory: string, root: string): Promise<string | undefined> {
  const read = async (name: string) =>
    (await readLeftFile(workingDirectory, join(root, '.git', name), MAX_REF_BYTES).catch(() => undefined))
      ?.toString('utf8')
      .trim();
  const head = await read('HEAD');
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head ?? '')?.[1];
  if (ref === undefined || ref.includes('..')) return COMMIT.exec(head ?? '')?.[0];
  const loose = await read(ref);
  if (loose !== undefined) return COMMIT.exec(loose)?.[0];
  const packed = (await read('packed-refs'))?.split('\n').find((line) => line.endsWith(` ${ref}`));
  return COMMIT.exec(packed?.split(' ')[0] ?? '')?.[0];
}

const withoutCredentials = (source: string): string =>
  source.replace(/\/\/[^/@\s]*@/, '//').replace(/([?&](?:sshkey|token|password|secret)=)[^&]*/gi, '$1…');
