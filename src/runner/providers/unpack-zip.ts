import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';
import { StrangePackage } from './package-files.ts';

export interface ZipLimits {
  bytes: number;
  entries: number;
}

export const PACKAGE_ZIP_LIMITS: ZipLimits = { bytes: 8 * 1024 ** 3, entries: 5_000 };

const UNIX = 3;
const TYPE_MASK = 0o170000;
const PLAIN_FILE = 0o100000;
const EXECUTABLE = 0o111;
const ENCRYPTED = 1;

/**
 * Unpacks the archive of a provider into a folder that is empty. Errors: {@link StrangePackage} for what no provider's
 * archive has, with the name of the entry.
 */
export async function unpackZip(file: string, folder: string, limits = PACKAGE_ZIP_LIMITS): Promise<void> {
  const zip = await openPromise(file, { autoClose: false, strictFileNames: true }).catch(damaged);
  const names = new Set<string>();
  let total = 0;
  try {
    if (zip.entryCount === 0) throw new StrangePackage('the archive is empty');
    if (zip.entryCount > limits.entries)
      throw new StrangePackage(`the archive has more than ${limits.entries} entries`);
    for await (const entry of zip.eachEntry()) {
      const mode = judge(entry, names);
      if (mode === undefined) continue;
      const place = join(folder, entry.fileName);
      await mkdir(dirname(place), { recursive: true });
      const meter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          total += chunk.length;
          done(total > limits.bytes ? tooLarge(limits.bytes) : null, chunk);
        },
      });
      if (total + entry.uncompressedSize > limits.bytes) throw tooLarge(limits.bytes);
      const stream = await zip.openReadStreamPromise(entry);
      await pipeline(stream, meter, createWriteStream(place, { flags: 'wx', mode }));
    }
  } catch (error) {
    return damaged(error);
  } finally {
    zip.close();
  }
}

const tooLarge = (bytes: number): StrangePackage =>
  new StrangePackage(`the archive unpacks to more than ${bytes} bytes`);

/** @returns the mode of a file; undefined for a folder */
function judge(entry: Entry, names: Set<string>): number | undefined {
  const { fileName: name } = entry;
  const shown = JSON.stringify(name.slice(0, 200));
  const parts = name.split('/');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0') || name.includes('\\'))
    throw new StrangePackage(`${shown} leads out of the package`);
  // One file system takes both for the same, the other does not.
  const same = name.normalize('NFC').toLowerCase();
  if (names.has(same)) throw new StrangePackage(`${shown} is there twice`);
  names.add(same);
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) throw new StrangePackage(`${shown} is encrypted`);
  if (name.endsWith('/')) return undefined;
  const attributes = entry.externalFileAttributes >>> 16;
  const isUnix = entry.versionMadeBy >> 8 === UNIX;
  const type = attributes & TYPE_MASK;
  if (isUnix && type !== 0 && type !== PLAIN_FILE) throw new StrangePackage(`${shown} is no plain file`);
  return isUnix && (attributes & EXECUTABLE) !== 0 ? 0o755 : 0o644;
}

/** What the library or the decompression says of a broken archive. */
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
