import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { create } from 'tar';
import { usageError } from '../cli-error.ts';
import { parseIgnoreRules, type IgnoreRules } from './ignore-rules.ts';

export interface PackedFolder {
  /** A gzipped tar archive. */
  readonly archive: Uint8Array;
  readonly fileCount: number;
  /** Files that terraform reads as configuration, at any depth. */
  readonly configurationFileCount: number;
}

/**
 * Packs a configuration the way the platform takes it: plain files, links replaced by what they point to. A link that
 * leads out of the folder is an error, because the run would not find what it points to.
 */
export async function packFolder(folder: string): Promise<PackedFolder> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    throw usageError(`--dir ${folder} is not a folder`);
  }
  const rules = parseIgnoreRules(
    await readFile(path.join(root, '.terraformignore'), 'utf8').catch(ifMissing),
  );
  const files = await listFiles({ root, rules }, '', [root]);
  if (files.length === 0) throw usageError(`--dir ${folder} holds no file to upload`);
  const chunks: Uint8Array[] = [];
  const pack = create(
    // `./` in front: a name that starts with @ would otherwise be read as an archive to take in.
    { cwd: root, gzip: true, portable: true, follow: true, noDirRecurse: true, strict: true },
    files.map((file) => `./${file}`),
  );
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return {
    archive: Buffer.concat(chunks),
    fileCount: files.length,
    configurationFileCount: files.filter((file) => /\.(tf|tofu)(\.json)?$/.test(file)).length,
  };
}

function ifMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

interface Walk {
  readonly root: string;
  readonly rules: IgnoreRules;
}

/**
 * Walks excluded folders too, because a rule can take something inside back in, but never follows an excluded link.
 * `ancestors` are the real paths of the folders above: a link to one of them would never end.
 */
async function listFiles(walk: Walk, folder: string, ancestors: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(path.join(walk.root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const isExcluded = walk.rules.excludes(relative, entry.isDirectory());
    if (isExcluded && !entry.isDirectory()) continue;
    const real = await realPathInside(walk.root, relative);
    const kind = await stat(real);
    if (kind.isDirectory()) {
      if (ancestors.includes(real)) {
        throw usageError(`--dir: the link ${relative} leads back to a folder above it`);
      }
      files.push(...(await listFiles(walk, relative, [...ancestors, real])));
    } else if (kind.isFile()) {
      files.push(relative);
    }
  }
  return files;
}

async function realPathInside(root: string, relative: string): Promise<string> {
  const real = await realpath(path.join(root, relative)).catch(() => undefined);
  if (real === undefined) throw usageError(`--dir: the link ${relative} points to nothing`);
  if (!real.startsWith(`${root}${path.sep}`)) {
    throw usageError(
      `--dir: the link ${relative} leads out of the folder`,
      'put what it points to into the folder, or name the link in .terraformignore',
    );
  }
  return real;
}
