/** A call whose words alone say which files come: nothing that moves, as a branch or a range of versions. */
export interface ImmutableCall {
  source: string;
  version?: string;
  /** The commit that has to have been checked out: a branch may be called like one. */
  commit?: string;
}

const EXACT_VERSION = /^=?[ \t]*v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/;
const REGISTRY = /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\/[a-z0-9]+(?:\/\/.*)?$/;
const COMMIT = /^[0-9a-f]{40}$/;
/** Weaker ones are somebody else's to forge, and a file of sums can change. */
const CHECKSUM = /^(?:sha256:)?[0-9a-f]{64}$|^(?:sha512:)?[0-9a-f]{128}$/;

/** Undefined for a call that may bring other files tomorrow. */
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
