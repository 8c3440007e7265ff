import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { create } from 'tar';
import { usageError } from '../cli-error.ts';
import { parseIgnoreRules, type IgnoreRules } from './ignore-rules.ts';

export interface PackedFolder {
  /** A gzipped tar archive. */
  readonly archive: Uint8Array;
  /** The number of files, links included. */
  readonly fileCount: number;
  /** Files that terraform reads as configuration, at any depth. */
  readonly configurationFileCount: number;
}

interface Found {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** The target of a link, as it is in the archive. */
  readonly target?: string;
}

/**
 * Packs a configuration as terraform does: files, folders, and links whose target lies inside as links. A link that
 * leads out of the folder is an error, because the run would not find its target.
 */
export async function packFolder(folder: string): Promise<PackedFolder> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    throw usageError(`--dir ${folder} is not a folder`);
  }
  const rules = parseIgnoreRules(
    await readFile(path.join(root, '.terraformignore'), 'utf8').catch(ifMissing),
  );
  const found = await walk(root, rules, '');
  const files = found.filter(({ kind }) => kind !== 'folder').map((each) => each.path);
  if (files.length === 0) throw usageError(`--dir ${folder} holds no file to upload`);
  const targets = new Map(found.map((each) => [`./${each.path}`, each.target]));
  const chunks: Uint8Array[] = [];
  const pack = create(
    {
      cwd: root,
      gzip: true,
      portable: true,
      noDirRecurse: true,
      strict: true,
      linkCache: new NoHardLinks(),
      onWriteEntry: (entry) => {
        const target = targets.get(entry.path);
        if (target !== undefined) entry.linkpath = target;
      },
    },
    // `./` in front: a name that starts with @ would otherwise be read as an archive to include.
    found.map((each) => `./${each.path}`),
  );
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return {
    archive: Buffer.concat(chunks),
    fileCount: files.length,
    configurationFileCount: files.filter((file) => /\.(tf|tofu)(\.json)?$/.test(file)).length,
  };
}

/** A file with two names is packed twice: other platforms silently leave hard links out. */
class NoHardLinks extends Map<`${number}:${number}`, string> {
  override get(): undefined {
    return undefined;
  }
}

function ifMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

/** Walks through an excluded folder too, as long as a later rule may include a file in it again. */
async function walk(root: string, rules: IgnoreRules, folder: string): Promise<Found[]> {
  const found: Found[] = [];
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const isExcluded = rules.judge(relative).excluded;
    if (entry.isDirectory()) {
      const inside = isExcluded ? undefined : rules.judge(`${relative}/`);
      if (inside?.excluded === true && inside.isFinal) continue;
      if (inside?.excluded === false) found.push({ path: relative, kind: 'folder' });
      found.push(...(await walk(root, rules, relative)));
    } else if (isExcluded) continue;
    else if (entry.isFile()) found.push({ path: relative, kind: 'file' });
    else if (entry.isSymbolicLink())
      found.push({ path: relative, kind: 'link', target: await targetInside(root, relative) });
  }
  return found;
}

/** The relative target, even of an absolute link: the run's folder has another name. */
async function targetInside(root: string, link: string): Promise<string> {
  const at = path.join(root, link);
  const written = await readlink(at);
  const target = path.resolve(path.dirname(at), written);
  const real = await realpath(at).catch(() => undefined);
  if (!isInside(root, target) || (real !== undefined && !isInside(root, real))) {
    throw usageError(
      `--dir: the link ${link} leads out of the folder`,
      'put what it points to into the folder, or name the link in .terraformignore',
    );
  }
  return path.isAbsolute(written) ? path.relative(path.dirname(at), target) : written;
}

function isInside(root: string, target: string): boolean {
  return target === root || target.startsWith(`${root}${path.sep}`);
}
