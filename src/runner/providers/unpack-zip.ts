import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise } from 'yauzl';
import { judgePackageEntry, PACKAGE_LIMITS } from '../../protocol/package-entries.ts';
import { StrangePackage } from './package-files.ts';

export interface ZipLimits {
  bytes: number;
  entries: number;
}

/**
 * Unpacks the archive of a provider into an empty folder. Errors: {@link StrangePackage} with the name of the entry,
 * for entries that no provider's archive has.
 */
export async function unpackZip(
  file: string,
  folder: string,
  limits: ZipLimits = PACKAGE_LIMITS,
): Promise<void> {
  const zip = await openPromise(file, { autoClose: false, strictFileNames: true }).catch(damaged);
  const names = new Set<string>();
  let total = 0;
  try {
    if (zip.entryCount === 0) throw new StrangePackage('the archive is empty');
    if (zip.entryCount > limits.entries)
      throw new StrangePackage(`the archive has more than ${limits.entries} entries`);
    for await (const entry of zip.eachEntry()) {
      const verdict = judgePackageEntry(entry, names);
      if ('problem' in verdict) throw new StrangePackage(verdict.problem);
      const { mode } = verdict;
      if (mode === undefined) continue;
      const place = join(folder, entry.fileName);
      await mkdir(dirname(place), { recursive: true });
      let checksum = 0;
      const meter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          total += chunk.length;
          checksum = crc32(chunk, checksum);
          done(total > limits.bytes ? tooLarge(limits.bytes) : null, chunk);
        },
      });
      if (total + entry.uncompressedSize > limits.bytes) throw tooLarge(limits.bytes);
      const stream = await zip.openReadStreamPromise(entry);
      await pipeline(stream, meter, createWriteStream(place, { flags: 'wx', mode }));
      // The library leaves this check to its callers, and terraform makes it.
      if (checksum !== entry.crc32)
        throw new StrangePackage(
          `the archive is damaged: the checksum of ${JSON.stringify(entry.fileName)} is wrong`,
        );
    }
  } catch (error) {
    return damaged(error);
  } finally {
    zip.close();
  }
}

const tooLarge = (bytes: number): StrangePackage =>
  new StrangePackage(`the archive unpacks to more than ${bytes} bytes`);

/** Turns the library's error about a broken archive into ours. */
function damaged(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof StrangePackage || code === 'ENOSPC' || code === 'ENOENT' || code === 'EACCES')
    throw error;
  if (/relative path|absolute path|invalid characters/.test(String(error)))
    throw new StrangePackage(`an entry leads out of the package: ${String(error)}`);
  throw new StrangePackage(
    `the archive is damaged: ${error instanceof Error ? error.message : String(error)}`,
  );
}
