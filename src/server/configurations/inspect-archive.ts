import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import {
  findEscape,
  judgeEntry,
  MAX_LINK_BYTES,
  normalize,
  TOO_MANY_LINKS,
} from '../../protocol/archive-entries.ts';
import { ARCHIVE_LIMITS, DAMAGED, FORMAT_BYTES, namesWrongFormat } from '../../protocol/archive-format.ts';

/** A longer README is cut. */
const MAX_README_BYTES = 256 * 1024;
/** No name of a tar entry starts with this control character; tar would expand a second layer past the count. */
const GZIP_FIRST_BYTE = 0x1f;
/** How much is looked at before others get their turn. */
const PIECE_BYTES = 64 * 1024;

const isReadme = (path: string): boolean => /^(\.\/)?readme\.md$/i.test(path);

export type InspectedArchive = { refused: string } | { readme: string | undefined };

/**
 * Reads an uploaded tar.gz once, to its end: whether a runner will take it, and the text of the `README.md` at its top.
 * Nothing is written anywhere, links are not followed, and no more than a part of it is held at a time. Inflating is the
 * thread pool's work, a piece at a time, so that the requests of others come in between.
 *
 * @param sizeBytes of `archive`
 * @throws what reading `archive` throws
 */
export function inspectArchive(archive: Readable, sizeBytes: number): Promise<InspectedArchive> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
    const links = new Map<string, string>();
    let start = Buffer.alloc(0);
    let isFormatKnown = false;
    let expandedBytes = 0;
    let entries = 0;
    let linkBytes = 0;
    let isAtEnd = false;
    let isEmpty = false;
    let isSettled = false;
    let readme: Buffer | undefined;

    function settle(outcome: InspectedArchive | Error): void {
      if (isSettled) return;
      isSettled = true;
      archive.destroy();
      gunzip.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    }
    const refuse = (reason: string): void => settle({ refused: reason });
    const refuseDamaged = (): void => refuse(DAMAGED);

    function accept(path: string, entry: ReadEntry): boolean {
      if (isSettled) return false;
      if (++entries > ARCHIVE_LIMITS.entries) refuse(`it has more than ${ARCHIVE_LIMITS.entries} entries`);
      const verdict = judgeEntry({ path, type: entry.type, size: entry.header.size, target: entry.linkpath });
      if ('refuse' in verdict) refuse(verdict.refuse);
      else if (verdict.keep === 'link') {
        linkBytes += verdict.path.length + verdict.target.length;
        if (linkBytes > MAX_LINK_BYTES) refuse(TOO_MANY_LINKS);
        else links.set(verdict.path, verdict.target);
      } else if (verdict.keep !== false) links.delete(normalize(path));
      return !isSettled && isReadme(path) && 'keep' in verdict && verdict.keep === 'content';
    }

    function collect(entry: ReadEntry): void {
      const chunks: Buffer[] = [];
      let room = MAX_README_BYTES;
      entry.on('data', (chunk: Buffer) => {
        if (room > 0) chunks.push(chunk.subarray(0, room));
        room -= chunk.length;
      });
      entry.on('end', () => (readme = Buffer.concat(chunks)));
    }

    function end(): void {
      findEscape(links).then(
        (escape) => (escape === undefined ? settle({ readme: readme && toText(readme) }) : refuse(escape)),
        settle,
      );
    }

    const parser = new Parser({
      strict: true,
      brotli: false,
      zstd: false,
      filter: (path, entry) => 'type' in entry && accept(path, entry),
      onReadEntry: collect,
    });
    parser.on('error', refuseDamaged);
    parser.on('eof', () => (isAtEnd = true));
    parser.on('end', end);
    parser.on('drain', () => gunzip.resume());

    function parse(chunk: Buffer): void {
      try {
        if (!parser.write(chunk)) gunzip.pause();
      } catch {
        // Thrown at headers whose numbers are none.
        refuseDamaged();
      }
    }

    gunzip.on('error', () => {
      judgeFormat();
      refuseDamaged();
    });
    gunzip.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      const first = expandedBytes === 0 ? chunk[0] : undefined;
      expandedBytes += chunk.length;
      if (expandedBytes > ARCHIVE_LIMITS.expandedBytes)
        refuse(`it expands to more than ${ARCHIVE_LIMITS.expandedBytes} bytes`);
      else if (
        expandedBytes > ARCHIVE_LIMITS.ratioFromBytes &&
        expandedBytes > sizeBytes * ARCHIVE_LIMITS.ratio
      )
        refuse(`it expands more than ${ARCHIVE_LIMITS.ratio} times`);
      else if (first === GZIP_FIRST_BYTE) refuse('it is compressed twice');
      // The end mark comes first: an empty folder, which tar does not take for an archive.
      else if (first === 0) isAtEnd = isEmpty = true;
      else if (!isAtEnd) parse(chunk);
    });
    gunzip.on('end', () => {
      if (isSettled) return;
      if (expandedBytes === 0) refuseDamaged();
      else if (isEmpty) end();
      else parser.end();
    });

    archive.on('error', settle);
    archive.on('data', (chunk: Buffer) => {
      if (isFormatKnown) return;
      start = Buffer.concat([start, chunk]).subarray(0, FORMAT_BYTES);
      if (start.length === FORMAT_BYTES) judgeFormat();
    });
    archive.on('end', judgeFormat);
    archive.pipe(gunzip);

    function judgeFormat(): void {
      if (isFormatKnown) return;
      isFormatKnown = true;
      const wrong = namesWrongFormat(start);
      if (wrong !== undefined) refuse(wrong);
    }
  });
}

/** Without what no database row can hold. */
const toText = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\0', '');
