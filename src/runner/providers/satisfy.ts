import type { LockEntry } from './lock-file.ts';
import type { PackageMeta } from './package-meta.ts';

/** A package that is what a lock file wants. */
export interface Match {
  meta: PackageMeta;
  /** Terraform adds it to the lock file after a download; undefined when it is there. */
  missingHash: string | undefined;
}

/**
 * The package that terraform would take for the entry after it had downloaded it: one whose hash is in the lock file, or
 * whose archives' signed hashes all are, as in the lock file of another platform. An entry without hashes wants nothing
 * in particular, which is not for a store to decide.
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

/** Whether the engine compares a download with anything that the entry says. */
export const saysWhich = ({ hashes }: Pick<LockEntry, 'hashes'>): boolean =>
  hashes.some((hash) => hash.startsWith('h1:') || hash.startsWith('zh:'));
