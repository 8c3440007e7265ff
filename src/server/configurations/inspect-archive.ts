import type { Readable } from 'node:stream';
import { walkArchive } from './walk-archive.ts';

/** A longer README is cut. */
const MAX_README_BYTES = 256 * 1024;

export type InspectedArchive = { refused: string } | { readme: string | undefined };

/**
 * Whether a runner will take an uploaded tar.gz, and the text of the `README.md` at its top.
 *
 * @param sizeBytes of `archive`
 * @throws what reading `archive` throws
 */
export async function inspectArchive(archive: Readable, sizeBytes: number): Promise<InspectedArchive> {
  let readme: string | undefined;
  const refused = await walkArchive(archive, sizeBytes, {
    file: ({ path }) => (/^readme\.md$/i.test(path) ? MAX_README_BYTES : 0),
    content: (_, bytes) => (readme = toText(bytes)),
  });
  return refused === undefined ? { readme } : { refused };
}

/** The text without NUL, which no database row can hold. */
const toText = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\0', '');
