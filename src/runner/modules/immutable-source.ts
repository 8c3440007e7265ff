/** A call that fixes the files by its words alone: no branch and no range of versions. */
export interface ImmutableCall {
  source: string;
  version?: string;
  /** The commit that must have been checked out: a branch may have the same name. */
  commit?: string;
}

const EXACT_VERSION = /^=?[ \t]*v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/;
const REGISTRY = /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\/[a-z0-9]+(?:\/\/.*)?$/;
const COMMIT = /^[0-9a-f]{40}$/;
/** Weaker hashes can be forged, and a file of checksums can change. */
const CHECKSUM = /^(?:sha256:)?[0-9a-f]{64}$|^(?:sha512:)?[0-9a-f]{128}$/;

/** Undefined for a call that may fetch other files tomorrow. */
export function readImmutable(call: { source: string; version?: string }): ImmutableCall | undefined {
  const { source, version } = call;
  if (version !== undefined)
    return REGISTRY.test(source) && EXACT_VERSION.test(version.trim()) ? { source, version } : undefined;
  const at = source.indexOf('?');
  if (at < 0) return undefined;
  const query = new URLSearchParams(source.slice(at + 1));
  const [ref, checksum] = [query.getAll('ref'), query.getAll('checksum')];
  if (ref.length === 1 && checksum.length === 0 && COMMIT.test(ref[0] ?? ''))
    return { source, commit: ref[0] ?? '' };
  const isArchive = /^https:\/\//.test(source) && ref.length === 0;
  if (isArchive && checksum.length === 1 && CHECKSUM.test(checksum[0] ?? '')) return { source };
  return undefined;
}
