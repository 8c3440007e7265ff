import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { create, Unpack, type ReadEntry } from 'tar';
import * as z from 'zod';
import { findEscape } from '../../protocol/archive-entries.ts';
import type { RunnerLimits } from '../settings.ts';
import { StepFailure } from '../step-failure.ts';
import type { Entry, Inventory } from './inventory.ts';

/**
 * What a plan has changed in the folder of its configuration: the lock file, the fetched modules, and files that data
 * sources have made. Kept as one line of JSON, with the removed paths and the links, followed by a compressed tar of
 * the files and folders that are new or different.
 */
const Head = z.object({ removed: z.array(z.string()), links: z.record(z.string(), z.string()) });

export type PlannedFolderLimits = Pick<RunnerLimits, 'expandedBytes' | 'archiveBytes'>;

/** Undefined when `after` equals `before`. Errors: {@link StepFailure} for entries that cannot be kept. */
export async function packPlannedFolder(
  root: string,
  before: Inventory,
  after: Inventory,
  limits: PlannedFolderLimits,
): Promise<Buffer | undefined> {
  const changed = [...after].filter(
    // A pipe or a socket is useless without the program that made it.
    ([path, entry]) => entry.kind !== 'other' && before.get(path)?.fingerprint !== entry.fingerprint,
  );
  const removed = [...before]
    .filter(([path, { kind }]) => after.get(path)?.kind !== kind)
    .map(([path]) => path);
  if (changed.length === 0 && removed.length === 0) return undefined;
  const sizeBytes = changed.reduce(
    (sum, [, entry]) => sum + (entry.kind === 'file' ? entry.sizeBytes : 0),
    0,
  );
  if (sizeBytes > limits.expandedBytes) throw tooMuch(limits.expandedBytes, largest(changed));
  const links = await readLinks(root, changed);
  const head = Buffer.from(`${JSON.stringify({ removed, links })}\n`);
  const rest = changed.filter(([, { kind }]) => kind !== 'link').map(([path]) => path);
  if (rest.length === 0) return head;
  const packed = await packEntries(root, rest, limits.archiveBytes);
  if (!packed) throw tooMuch(limits.archiveBytes, largest(changed));
  return Buffer.concat([head, packed]);
}

function largest(changed: readonly (readonly [string, Entry])[]): string {
  return changed.reduce((a, b) => (b[1].sizeBytes > a[1].sizeBytes ? b : a))[0];
}

function tooMuch(bytes: number, example: string): StepFailure {
  return new StepFailure(
    `The plan made more than ${bytes} bytes of files in the configuration's folder`,
    `They are kept for the apply. Have large files made by the apply, or elsewhere. The largest is ${JSON.stringify(example)}.`,
  );
}

/** Links are kept as links, so each must mean the same in the apply: a path inside the folder. */
async function readLinks(root: string, changed: readonly (readonly [string, Entry])[]) {
  const links: Record<string, string> = {};
  for (const [path] of changed.filter(([, { kind }]) => kind === 'link')) {
    const target = await readlink(join(root, path));
    if (leadsOut(path, target)) {
      throw leavesLinkOut(`${JSON.stringify(path)} leads to ${JSON.stringify(target)}.`);
    }
    links[path] = target;
  }
  // A link may stay inside by itself and lead out through another link.
  const escape = await findEscape(new Map(Object.entries(links)));
  if (escape !== undefined) throw leavesLinkOut(`${escape}.`);
  return links;
}

function leavesLinkOut(which: string): StepFailure {
  return new StepFailure(
    'The plan left a link that leads out of the configuration',
    `${which} What a plan leaves is kept for the apply, which has nothing but the configuration's own folder.`,
  );
}

function leadsOut(path: string, target: string): boolean {
  const way = posix.normalize(posix.join(posix.dirname(path), target));
  return target.startsWith('/') || way === '..' || way.startsWith('../');
}

/** Every name of a file is packed with its own bytes: hard links do not survive the unpacking. */
class NoHardLinks extends Map<`${number}:${number}`, string> {
  override set(): this {
    return this;
  }
}

/** Undefined when the result is too large. */
async function packEntries(
  root: string,
  paths: readonly string[],
  maxBytes: number,
): Promise<Buffer | undefined> {
  const options = { cwd: root, gzip: { level: 1 }, portable: true, noMtime: true, strict: true };
  const packed = create(
    { ...options, noDirRecurse: true, linkCache: new NoHardLinks() },
    // A leading "@" would name an archive to copy from.
    paths.map((path) => `./${path}`),
  );
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of packed as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Turns a fresh copy of the configuration in `root` into what the plan left. Errors: {@link StepFailure}. */
export async function layOutPlannedFolder(root: string, planned: Buffer): Promise<void> {
  const end = planned.indexOf(0x0a);
  const { removed, links } = readHead(planned.subarray(0, Math.max(end, 0)));
  for (const path of removed) await rm(join(root, inside(path)), { recursive: true, force: true });
  if ((await findEscape(new Map(Object.entries(links)))) !== undefined) throw damaged();
  const packed = planned.subarray(end + 1);
  if (packed.length > 0) await unpackEntries(root, packed);
  for (const [path, target] of Object.entries(links)) {
    const file = join(root, inside(path));
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { recursive: true, force: true });
    if (leadsOut(path, target)) throw damaged();
    await symlink(target, file);
  }
}

function inside(path: string): string {
  if (path === '' || leadsOut('.', path)) throw damaged();
  return path;
}

function unpackEntries(root: string, packed: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const unpack = new Unpack({
      cwd: root,
      strict: true,
      preserveOwner: false,
      chmod: false,
      noMtime: true,
      // Only a plain object of fs.Stats has no type; entries of an archive always are ReadEntry.
      filter: (_path, entry) => 'type' in entry && accept(entry),
    });
    unpack.on('error', (error: unknown) => reject(damaged(error)));
    unpack.on('close', resolve);
    unpack.end(packed);
  });
}

/** Modes as in an upload: readable, and executable where the file was. */
function accept(entry: ReadEntry): boolean {
  entry.mode = entry.type === 'Directory' || (entry.mode ?? 0) & 0o111 ? 0o755 : 0o644;
  return entry.type === 'File' || entry.type === 'Directory';
}

function readHead(bytes: Buffer): z.infer<typeof Head> {
  try {
    return Head.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): StepFailure {
  return new StepFailure('What the plan left in its folder is damaged', '', { cause });
}
