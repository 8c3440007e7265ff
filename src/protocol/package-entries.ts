/** The permitted content of a provider's archive. The server checks an upload, the runner a download. */

export const PACKAGE_LIMITS = { bytes: 8 * 1024 ** 3, entries: 5_000 };

/** An entry of a zip as listed in its directory. */
export interface PackageEntry {
  fileName: string;
  generalPurposeBitFlag: number;
  externalFileAttributes: number;
  versionMadeBy: number;
}

const UNIX = 3;
const TYPE_MASK = 0o170000;
const PLAIN_FILE = 0o100000;
const EXECUTABLE = 0o111;
const ENCRYPTED = 1;

/**
 * @param names the names of the entries before; this one's name is added
 * @returns the mode of a file; undefined for a folder; or what is wrong
 */
export function judgePackageEntry(
  entry: PackageEntry,
  names: Set<string>,
): { mode: number | undefined } | { problem: string } {
  const { fileName: name } = entry;
  const shown = JSON.stringify(name.slice(0, 200));
  const parts = name.split('/');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0') || name.includes('\\'))
    return { problem: `${shown} leads out of the package` };
  // Some file systems treat both names as the same, others do not.
  const same = name.normalize('NFC').toLowerCase();
  if (names.has(same)) return { problem: `${shown} is there twice` };
  names.add(same);
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) return { problem: `${shown} is encrypted` };
  if (name.endsWith('/')) return { mode: undefined };
  const attributes = entry.externalFileAttributes >>> 16;
  const isUnix = entry.versionMadeBy >> 8 === UNIX;
  const type = attributes & TYPE_MASK;
  if (isUnix && type !== 0 && type !== PLAIN_FILE) return { problem: `${shown} is no plain file` };
  return { mode: isUnix && (attributes & EXECUTABLE) !== 0 ? 0o755 : 0o644 };
}
