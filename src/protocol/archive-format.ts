/** The limits of an unpacked upload. A server accepts none beyond them, and a runner checks again. */
export const ARCHIVE_LIMITS = {
  expandedBytes: 512 * 1024 ** 2,
  entries: 50_000,
  /** Expanded over compressed bytes, checked only above `ratioFromBytes`. */
  ratio: 250,
  ratioFromBytes: 16 * 1024 ** 2,
};

const EXPECTED =
  'a gzipped tar archive (.tar.gz) is expected, as `tar -czf configuration.tar.gz -C FOLDER .` makes it';

/** First bytes of other formats that people upload by mistake. */
const SIGNATURES: [name: string, bytes: string][] = [
  ['a zip archive', '504b0304'],
  ['a zip archive without any file', '504b0506'],
  ['a tar archive compressed with bzip2', '425a68'],
  ['a tar archive compressed with xz', 'fd377a585a00'],
  ['a tar archive compressed with zstd', '28b52ffd'],
  ['a 7z archive', '377abcaf271c'],
  ['a rar archive', '526172211a07'],
];
const GZIP = '1f8b';
const TAR_MARK = { at: 257, text: 'ustar' };

/** The number of first bytes that {@link namesWrongFormat} looks at. */
export const FORMAT_BYTES = TAR_MARK.at + TAR_MARK.text.length;

/**
 * @param start the first {@link FORMAT_BYTES} of a configuration archive, or all of it
 * @returns undefined for gzip; else the format found, and the expected one
 */
export function namesWrongFormat(start: Buffer): string | undefined {
  const hex = start.toString('hex');
  if (hex.startsWith(GZIP)) return undefined;
  if (start.length === 0) return `it is empty; ${EXPECTED}`;
  const known = SIGNATURES.find(([, bytes]) => hex.startsWith(bytes))?.[0];
  const isTar = start.subarray(TAR_MARK.at, FORMAT_BYTES).toString('latin1') === TAR_MARK.text;
  return `it is ${known ?? (isTar ? 'a tar archive that is not compressed' : 'not compressed with gzip')}; ${EXPECTED}`;
}

/** The error for a file that begins like gzip. */
export const DAMAGED = `it is damaged; ${EXPECTED}`;
