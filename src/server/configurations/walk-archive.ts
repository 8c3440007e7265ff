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
import { createArchivePlaces } from '../../protocol/archive-places.ts';
import { createHeaderReader } from '../../protocol/tar-headers.ts';

/** No name of a tar entry starts with this control character; tar would expand a second layer past the count. */
const GZIP_FIRST_BYTE = 0x1f;
/** How many bytes are read before other requests get their turn. */
const PIECE_BYTES = 64 * 1024;

/** A file of an archive, as a runner will unpack it: a later entry replaces an earlier one of the same name. */
export interface ArchivedFile {
  /** The path without `.` and doubled slashes. */
  path: string;
  sizeBytes: number;
  /** The target of a link. */
  target: string | undefined;
}

export interface ArchiveVisitor {
  /** @returns how many of its first bytes are passed to `content` */
  file(file: ArchivedFile): number;
  content(path: string, bytes: Buffer): void;
}

/**
 * Reads a tar.gz once, to its end: whether a runner will accept it, and which files it has. Nothing is written
 * anywhere, links are not followed, and only a part of it is in memory at a time. Inflating is done by the thread pool,
 * a piece at a time, so that other requests come in between.
 *
 * @param sizeBytes of `archive`
 * @returns why no runner accepts it; undefined: a runner does
 * @throws what reading `archive` throws
 */
export function walkArchive(
  archive: Readable,
  sizeBytes: number,
  visitor: ArchiveVisitor,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
    const links = new Map<string, string>();
    const places = createArchivePlaces();
    let start = Buffer.alloc(0);
    let isFormatKnown = false;
    let expandedBytes = 0;
    let entries = 0;
    let linkBytes = 0;
    let isAtEnd = false;
    let isEmpty = false;
    let isSettled = false;
    const wanted = new Map<ReadEntry, number>();

    function settle(outcome: string | undefined | Error): void {
      if (isSettled) return;
      isSettled = true;
      archive.destroy();
      gunzip.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    }
    const refuse = settle;
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
      } else if (verdict.keep !== false) links.delete(verdict.path);
      if (isSettled || !('keep' in verdict) || verdict.keep === false) return false;
      if (verdict.keep === 'content') {
        const clash = places.add(verdict.path, verdict.isFolder);
        if (clash !== undefined) refuse(clash);
        if (clash !== undefined || verdict.isFolder) return false;
      }
      const target = verdict.keep === 'content' ? undefined : entry.linkpath;
      const room = visitor.file({ path: verdict.path, sizeBytes: entry.header.size ?? 0, target });
      if (room > 0 && target === undefined) wanted.set(entry, room);
      return wanted.has(entry);
    }

    function collect(entry: ReadEntry): void {
      const chunks: Buffer[] = [];
      let room = wanted.get(entry) ?? 0;
      wanted.delete(entry);
      entry.on('data', (chunk: Buffer) => {
        if (room > 0) chunks.push(chunk.subarray(0, room));
        room -= chunk.length;
      });
      entry.on('end', () => visitor.content(normalize(entry.path), Buffer.concat(chunks)));
    }

    function end(): void {
      findEscape(links).then(settle, settle);
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

    const headers = createHeaderReader();
    function parse(chunk: Buffer): void {
      const read = headers.read(chunk);
      if ('refuse' in read) return refuse(read.refuse);
      try {
        let isReady = true;
        for (const piece of read.pieces) if (!isAtEnd) isReady = parser.write(piece);
        if (!isReady) gunzip.pause();
      } catch {
        // The parser throws at headers whose numbers are invalid.
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
      // An end mark at the very start means an empty folder, which tar does not take for an archive.
      else if (first === 0) isAtEnd = isEmpty = true;
      else if (!isAtEnd) parse(chunk);
    });
    gunzip.on('end', () => {
      if (isSettled) return;
      if (expandedBytes === 0) refuseDamaged();
      else if (isEmpty) end();
      else parser.end(headers.rest());
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
