import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

/** An error of an archive, for its uploader. */
export class DamagedArchive extends Error {
  override name = 'DamagedArchive';
}

/**
 * The `h1:` hash of lock files, for an archive whose entries were found to be a package's: terraform computes it from
 * the unpacked package. Everything is read, so that a damaged entry is noticed here and not by a run.
 *
 * @param maxBytes limit for all entries together, unpacked
 * @throws DamagedArchive
 */
export async function hashArchive(file: string, maxBytes: number): Promise<string> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true });
    const lines: { name: Buffer; line: string }[] = [];
    let bytes = 0;
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      const { digest, sizeBytes } = await hashEntry(zip, entry, maxBytes - bytes);
      bytes += sizeBytes;
      lines.push({ name: Buffer.from(entry.fileName), line: `${digest}  ${entry.fileName}\n` });
    }
    lines.sort((a, b) => Buffer.compare(a.name, b.name));
    const whole = createHash('sha256');
    for (const { line } of lines) whole.update(line);
    return `h1:${whole.digest('base64')}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw new DamagedArchive(error instanceof Error ? error.message.slice(0, 200) : String(error), {
      cause: error,
    });
  } finally {
    zip?.close();
  }
}

async function hashEntry(
  zip: ZipFile,
  entry: Entry,
  maxBytes: number,
): Promise<{ digest: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let crc = 0;
  const stream: Readable = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new Error('it unpacks to more than it may');
    hash.update(chunk);
    crc = crc32(chunk, crc);
  }
  // The library leaves this check to its callers, and terraform makes it.
  if (crc !== entry.crc32) throw new Error(`the checksum of ${JSON.stringify(entry.fileName)} is wrong`);
  return { digest: hash.digest('hex'), sizeBytes };
}
