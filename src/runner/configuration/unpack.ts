import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { Unpack, type ReadEntry } from 'tar';
import { judgeEntry, MAX_DEPTH, normalize } from '../../protocol/archive-entries.ts';
import { ARCHIVE_LIMITS, DAMAGED, FORMAT_BYTES, namesWrongFormat } from '../../protocol/archive-format.ts';
import { createArchivePlaces } from '../../protocol/archive-places.ts';
import { createHeaderReader } from '../../protocol/tar-headers.ts';
import type { RunnerLimits } from '../settings.ts';
import { StepFailure } from '../step-failure.ts';
import { createArchiveLinks, RefusedLink, type ArchiveLinks } from './archive-links.ts';

export type UnpackLimits = Pick<
  RunnerLimits,
  'archiveBytes' | 'expandedBytes' | 'archiveEntries' | 'archiveRatio'
>;

/** No name of a tar entry starts with this control character. */
const GZIP_FIRST_BYTE = 0x1f;

/**
 * Unpacks a `.tar.gz` into `folder`, which must not exist: all of it or, with a {@link StepFailure}, nothing. Bytes
 * are counted between gunzip and tar, so a bomb stops after a few megabytes too many. Links are made after all files,
 * so that nothing is written through a link.
 */
export async function unpackConfiguration(
  archive: string,
  folder: string,
  limits: UnpackLimits,
): Promise<void> {
  const archiveBytes = (await stat(archive)).size;
  if (archiveBytes > limits.archiveBytes) throw refuse(`it is larger than ${limits.archiveBytes} bytes`);
  const wrongFormat = namesWrongFormat(await readStart(archive));
  if (wrongFormat !== undefined) throw refuse(wrongFormat);
  const partial = `${folder}.partial`;
  await mkdir(partial, { mode: 0o700 });
  try {
    const links = createArchiveLinks();
    const bytes = await extract(archive, archiveBytes, partial, limits, links);
    await links.make(partial, limits.expandedBytes - bytes).catch((error: unknown) => {
      throw error instanceof RefusedLink ? refuse(error.message, error) : error;
    });
    await rename(partial, folder);
  } catch (error) {
    // Files that are still being written may appear during the removal.
    await rm(partial, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
    throw error;
  }
}

async function readStart(archive: string): Promise<Buffer> {
  const file = await open(archive);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FORMAT_BYTES), 0, FORMAT_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function refuse(reason: string, cause?: unknown): StepFailure {
  return new StepFailure('The configuration archive was refused', `The archive cannot be used: ${reason}.`, {
    cause,
  });
}

/** @returns the number of unpacked bytes */
function extract(
  archive: string,
  archiveBytes: number,
  cwd: string,
  limits: UnpackLimits,
  links: ArchiveLinks,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const source = createReadStream(archive);
    const gunzip = createGunzip();
    let expandedBytes = 0;
    let entries = 0;
    let isAtEnd = false;
    let isEmpty = false;
    let failure: unknown;

    // The filter of tar must not throw: nothing catches an exception there.
    function fail(error: unknown): void {
      if (failure !== undefined) return;
      failure = error;
      source.destroy();
      gunzip.destroy();
      queueMicrotask(() => unpack.abort(error instanceof Error ? error : new Error(String(error))));
      reject(error instanceof StepFailure ? error : refuse(DAMAGED, error));
    }

    function accept(path: string, entry: ReadEntry): boolean {
      if (failure !== undefined) return false;
      if (++entries > limits.archiveEntries)
        fail(refuse(`it has more than ${limits.archiveEntries} entries`));
      const verdict = judgeEntry({ path, type: entry.type, size: entry.header.size, target: entry.linkpath });
      if ('refuse' in verdict) fail(refuse(verdict.refuse));
      else if (verdict.keep === 'content') {
        links.replace(verdict.path);
        const clash = places.add(verdict.path, verdict.isFolder);
        if (clash !== undefined) fail(refuse(clash));
      } else if (verdict.keep !== false) {
        const wrong = links.add(verdict);
        if (wrong !== undefined) fail(refuse(wrong));
      }
      // The library would remove what looks like a drive of Windows from the start of a path.
      entry.path = `./${normalize(path)}`;
      // Readable by the run whatever the archive says; only the executable bit is kept.
      entry.mode = entry.type === 'Directory' || (entry.mode ?? 0) & 0o111 ? 0o755 : 0o644;
      return failure === undefined && 'keep' in verdict && verdict.keep === 'content';
    }

    const places = createArchivePlaces();
    const headers = createHeaderReader();
    /** Errors: what tar throws at invalid headers. */
    function write(chunk: Buffer): boolean {
      const read = headers.read(chunk);
      if ('refuse' in read) {
        fail(refuse(read.refuse));
        return true;
      }
      try {
        let isReady = true;
        for (const piece of read.pieces) if (!isAtEnd) isReady = unpack.write(piece);
        // Only the last answer counts: tar says nothing more when it has caught up within this call.
        return isReady;
      } catch (error) {
        fail(error);
        return true;
      }
    }

    const unpack = new Unpack({
      cwd,
      strict: true,
      preservePaths: false,
      preserveOwner: false,
      chmod: false,
      noMtime: true,
      dmode: 0o755,
      fmode: 0o644,
      maxDepth: MAX_DEPTH + 1,
      brotli: false,
      zstd: false,
      // Only a plain object of fs.Stats has no type; entries of an archive always are ReadEntry.
      filter: (path, entry) => 'type' in entry && accept(path, entry),
    });

    unpack.on('error', fail);
    unpack.on('eof', () => (isAtEnd = true));
    unpack.on('close', () => failure === undefined && resolve(expandedBytes));
    unpack.on('drain', () => gunzip.resume());
    source.on('error', fail);
    gunzip.on('error', fail);
    gunzip.on('data', (chunk: Buffer) => {
      const start = expandedBytes;
      expandedBytes += chunk.length;
      if (expandedBytes > limits.expandedBytes) {
        fail(refuse(`it expands to more than ${limits.expandedBytes} bytes`));
      } else if (
        expandedBytes > ARCHIVE_LIMITS.ratioFromBytes &&
        expandedBytes > archiveBytes * limits.archiveRatio
      ) {
        fail(refuse(`it expands more than ${limits.archiveRatio} times`));
      } else if (start === 0 && chunk[0] === GZIP_FIRST_BYTE) {
        // tar would unpack it by itself, without the byte counter.
        fail(refuse('it is compressed twice'));
      } else if (start === 0 && chunk[0] === 0) {
        // The end mark comes first in an empty archive, which tar does not accept as an archive.
        isAtEnd = isEmpty = true;
      } else if (failure === undefined && !isAtEnd && !write(chunk)) {
        // Behind the end mark tar would only buffer the bytes; they are counted and dropped.
        gunzip.pause();
      }
    });
    gunzip.on('end', () => {
      if (failure === undefined) void (isEmpty ? resolve(expandedBytes) : unpack.end(headers.rest()));
    });
    source.pipe(gunzip);
  });
}
