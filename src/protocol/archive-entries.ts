/** The permitted content of a configuration archive (threats T1). The server and the runner check it. */

/** An entry as tar names it. `size` is undefined where the header has no valid number. */
export interface ArchiveEntry {
  path: string;
  type: string;
  size: number | undefined;
  /** The target of a link. */
  target?: string | undefined;
}

export type EntryVerdict =
  | { keep: 'content'; path: string; isFolder: boolean }
  /** Links are made after all other entries, and after {@link findEscape}. */
  | { keep: 'link' | 'hard-link'; path: string; target: string }
  | { keep: false }
  | { refuse: string };

/** Tar's names for plain files, and for folders. */
const FILE_TYPES = new Set(['File', 'OldFile', 'ContiguousFile']);
const FOLDER_TYPES = new Set(['Directory', 'GNUDumpDir']);
const MAX_PATH_BYTES = 4_096;
/** The limit of all usual file systems. */
const MAX_NAME_BYTES = 255;
export const MAX_DEPTH = 1_000;
/** Linux follows no more links in one path. */
const MAX_HOPS = 40;
/** The limit for all links of an archive together: fifty thousand links with forty steps each. */
const MAX_STEPS = 2_000_000;
const STEPS_AT_A_TIME = 10_000;
const MAX_TREE_NODES = 500_000;

/** The limit for all names and targets of an archive's links together: they are held until its end. */
export const MAX_LINK_BYTES = 8 * 1024 ** 2;
export const TOO_MANY_LINKS = 'its links are too many, or their names too long';

/** Paths are checked before anything is written. */
export function judgeEntry({ path, type, size, target }: ArchiveEntry): EntryVerdict {
  const shown = show(path);
  const wrong = judgePath(path);
  if (wrong !== undefined) return { refuse: `${shown} ${wrong}` };
  // A library that reads such an entry as an empty file would make the run destroy the resources in the real file.
  if (size === undefined || size < 0) return { refuse: `it is damaged: ${shown} has no valid size` };
  const isFolder = FOLDER_TYPES.has(type);
  if (isFolder || FILE_TYPES.has(type))
    return isLeftOver(path) ? { keep: false } : { keep: 'content', path: normalize(path), isFolder };
  if (type !== 'SymbolicLink' && type !== 'Link')
    return { refuse: `${shown} is a ${type}; only files, folders and links are allowed` };
  if (!target || target.includes('\0') || Buffer.byteLength(target) > MAX_PATH_BYTES)
    return { refuse: `${shown} is a link to nowhere` };
  if (isLeftOver(path)) return { keep: false };
  if (type === 'SymbolicLink') {
    if (target.startsWith('/')) return { refuse: leadsOutside(path, target) };
    return { keep: 'link', path: normalize(path), target };
  }
  if (judgePath(target) !== undefined) return { refuse: leadsOutside(path, target) };
  return { keep: 'hard-link', path: normalize(path), target: normalize(target) };
}

/** Links by the parts of their paths. */
interface LinkTree {
  target?: string;
  below: Map<string, LinkTree>;
}

/**
 * Whether one of the links leads out of the archive's folder, by itself or through others, whatever files exist.
 * Cycles of links lead nowhere. The search lets other work run in between, and refuses an archive that would keep it
 * busy without end.
 *
 * @param links target by path, both as {@link judgeEntry} gives them
 * @returns what is wrong
 */
export async function findEscape(links: ReadonlyMap<string, string>): Promise<string | undefined> {
  const root: LinkTree = { below: new Map() };
  let nodes = 0;
  for (const [path, target] of links) {
    nodes += plant(root, path, target);
    if (nodes > MAX_TREE_NODES) return TOO_MANY_LINKS;
  }
  let steps = 0;
  let untilTurn = STEPS_AT_A_TIME;
  for (const [path, target] of links) {
    const way = follow(root, path, target);
    if (way.outcome === 'below a link') return `${show(path)} lies below ${show(way.link)}, which is a link`;
    if (way.outcome === 'outside') return leadsOutside(path, target);
    steps += way.steps;
    if (steps > MAX_STEPS) return 'its links lead through too many others';
    if (steps < untilTurn) continue;
    untilTurn = steps + STEPS_AT_A_TIME;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return undefined;
}

/** @returns the number of new nodes */
function plant(root: LinkTree, path: string, target: string): number {
  let node = root;
  let nodes = 0;
  for (const part of path.split('/')) {
    let next = node.below.get(part);
    if (next === undefined) {
      next = { below: new Map() };
      node.below.set(part, next);
      nodes += 1;
    }
    node = next;
  }
  node.target = target;
  return nodes;
}

type Way = { outcome: 'below a link'; link: string } | { outcome: 'outside' | 'inside'; steps: number };

/** Follows a path as the kernel does: part by part, and through the target of each link. */
function follow(root: LinkTree, path: string, target: string): Way {
  /** The current place: the nodes on the way down, each undefined where the tree has none. */
  const at: (LinkTree | undefined)[] = [root];
  const parts = path.split('/');
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const next = at.at(-1)?.below.get(part);
    if (next?.target !== undefined)
      return { outcome: 'below a link', link: parts.slice(0, index + 1).join('/') };
    at.push(next);
  }
  const ahead = target.split('/').reverse();
  let hops = 0;
  let steps = parts.length;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    steps += 1;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.length === 1) return { outcome: 'outside', steps };
      at.pop();
      continue;
    }
    const next = at.at(-1)?.below.get(part);
    if (next?.target === undefined) at.push(next);
    else if (++hops > MAX_HOPS) break;
    else ahead.push(...next.target.split('/').reverse());
  }
  return { outcome: 'inside', steps };
}

/** The path without `.` and without slashes at the end. */
export function normalize(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function judgePath(path: string): string | undefined {
  if (path.startsWith('/')) return 'is an absolute path';
  if (path.split(/[/\\]/).includes('..')) return 'leaves the configuration';
  if (path === '' || path.includes('\0') || Buffer.byteLength(path) > MAX_PATH_BYTES)
    return 'is no usable path';
  const names = path.split('/');
  if (names.length > MAX_DEPTH) return `lies more than ${MAX_DEPTH} folders deep`;
  if (names.some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES))
    return `has a name of more than ${MAX_NAME_BYTES} bytes`;
  return undefined;
}

function leadsOutside(path: string, target: string): string {
  return `${show(path)} is a link to ${show(target)}, which leads out of the configuration`;
}

function show(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}

/**
 * Working data of another terraform that would replace files which this run must make itself. Other files belong to
 * the user, including states: the run's own state is elsewhere.
 */
function isLeftOver(path: string): boolean {
  return path.split('/').some((name) => name === '.terraform' || name === 'errored.tfstate');
}
