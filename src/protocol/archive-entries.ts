/** What a configuration archive may hold (threats T1). The server looks at an upload by these rules, the runner again. */

/** As tar names it. `size` is what the header says: undefined where that is no number. */
export interface ArchiveEntry {
  path: string;
  type: string;
  size: number | undefined;
  /** Of links: where to. */
  target?: string | undefined;
}

export type EntryVerdict =
  | { keep: 'content' }
  /** To make when everything else is there, with {@link findEscape} before. */
  | { keep: 'link' | 'hard-link'; path: string; target: string }
  | { keep: false }
  | { refuse: string };

/** Names tar gives to plain files and folders. */
const PLAIN_TYPES = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir']);
const MAX_PATH_BYTES = 4_096;
/** Linux follows no more in one path. */
const MAX_HOPS = 40;

/** Paths are judged before anything is written. */
export function judgeEntry({ path, type, size, target }: ArchiveEntry): EntryVerdict {
  const shown = show(path);
  const wrong = judgePath(path);
  if (wrong !== undefined) return { refuse: `${shown} ${wrong}` };
  // A library that reads one as an empty file would have the run destroy what the real file describes.
  if (size === undefined || size < 0) return { refuse: `it is damaged: ${shown} has no valid size` };
  if (PLAIN_TYPES.has(type)) return isLeftOver(path) ? { keep: false } : { keep: 'content' };
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

/**
 * Whether one of the links leads out of the archive's folder, by itself or through others, whatever exists there.
 * Links among themselves in a circle lead nowhere.
 *
 * @param links target by path, both as {@link judgeEntry} gives them
 * @returns what is wrong
 */
export function findEscape(links: ReadonlyMap<string, string>): string | undefined {
  for (const [path, target] of links) {
    const parents = path.split('/').slice(0, -1);
    const through = parents.findIndex((_, index) => links.has(parents.slice(0, index + 1).join('/')));
    if (through !== -1)
      return `${show(path)} lies below ${show(parents.slice(0, through + 1).join('/'))}, which is a link`;
    if (escapes(parents, target, links)) return leadsOutside(path, target);
  }
  return undefined;
}

/** As the kernel goes: part by part, and at a link on with its target. */
function escapes(folder: readonly string[], target: string, links: ReadonlyMap<string, string>): boolean {
  const at = [...folder];
  const ahead = target.split('/').reverse();
  let hops = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) return true;
      continue;
    }
    at.push(part);
    const next = links.get(at.join('/'));
    if (next === undefined) continue;
    if (++hops > MAX_HOPS) return false;
    at.pop();
    ahead.push(...next.split('/').reverse());
  }
  return false;
}

/** Without `.`, and without slashes at the end. */
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
  return undefined;
}

function leadsOutside(path: string, target: string): string {
  return `${show(path)} is a link to ${show(target)}, which leads out of the configuration`;
}

function show(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}

/**
 * Working data of someone else's terraform that would stand in for what this run must make itself. Other files are the
 * user's, states among them: the run's own is elsewhere.
 */
function isLeftOver(path: string): boolean {
  return path.split('/').some((name) => name === '.terraform' || name === 'errored.tfstate');
}
