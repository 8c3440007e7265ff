/** What to do with one entry of a configuration archive (threats T1, terraform-cli B3). */
export type EntryVerdict = { keep: true } | { keep: false } | { refuse: string };

/** Names tar gives to plain files and folders; links, devices and pipes are none of these. */
const PLAIN_TYPES = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir']);
const MAX_PATH_BYTES = 4_096;

/** `type` as tar names it. Paths are judged before anything is written. */
export function judgeEntry(path: string, type: string): EntryVerdict {
  const shown = JSON.stringify(path.slice(0, 200));
  if (!PLAIN_TYPES.has(type)) return { refuse: `${shown} is a ${type}; only files and folders are allowed` };
  if (path.startsWith('/')) return { refuse: `${shown} is an absolute path` };
  const segments = path.split(/[/\\]/);
  if (segments.includes('..')) return { refuse: `${shown} leaves the configuration` };
  if (path.includes('\0') || Buffer.byteLength(path) > MAX_PATH_BYTES)
    return { refuse: `${shown} is no usable path` };
  return { keep: !segments.some(isLeftOver) };
}

/**
 * Working data of someone else's terraform that would stand in for what this run must make itself. Other files are the
 * user's, states among them: the run's own is elsewhere.
 */
function isLeftOver(name: string): boolean {
  return name === '.terraform' || name === 'errored.tfstate';
}
