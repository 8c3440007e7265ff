import type { LockEntry } from './lock-file.ts';
import type { PackageMeta } from './package-meta.ts';

/** A package that fits an entry of a lock file. */
export interface Match {
  meta: PackageMeta;
  /** The hash that terraform would add to the lock file after a download; undefined when it is there already. */
  missingHash: string | undefined;
}

/**
 * The package that terraform would accept for the entry after a download: one whose hash is in the lock file, or
 * whose archives' signed hashes all are, as in a lock file from another platform. An entry without hashes accepts any
 * package, and a store must not choose one.
 */
export function findMatch(entry: LockEntry, packages: readonly PackageMeta[]): Match | undefined {
  const wanted = new Set(entry.hashes);
  const exact = packages.find(({ h1 }) => wanted.has(h1));
  if (exact) return { meta: exact, missingHash: undefined };
  const signed = packages.find(
    ({ signedArchives }) => signedArchives.length > 0 && signedArchives.every((hash) => wanted.has(hash)),
  );
  return signed && entry.insertAt !== undefined ? { meta: signed, missingHash: signed.h1 } : undefined;
}

/** Whether the entry has hashes that the engine compares with a download. */
export const saysWhich = ({ hashes }: Pick<LockEntry, 'hashes'>): boolean =>
  hashes.some((hash) => hash.startsWith('h1:') || hash.startsWith('zh:'));
