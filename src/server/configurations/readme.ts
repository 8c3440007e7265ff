import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';

/** A longer README is cut. */
const MAX_README_BYTES = 256 * 1024;
/** How far an archive is expanded to look for one: no archive makes the server work or hold more. */
const MAX_EXPANDED_BYTES = 64 * 1024 ** 2;
/** No name of a tar entry starts with this control character; tar would expand a second layer past the count. */
const GZIP_FIRST_BYTE = 0x1f;

const isReadme = (path: string): boolean => /^(\.\/)?readme\.md$/i.test(path);

/**
 * The text of the `README.md` at the top of a tar.gz. Nothing is written anywhere, and links are not followed.
 *
 * @returns undefined where there is none, or the bytes are no such archive
 */
export function findReadme(archive: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    const gunzip = createGunzip();
    let expandedBytes = 0;
    let isSettled = false;

    function settle(found?: Buffer): void {
      if (isSettled) return;
      isSettled = true;
      archive.destroy();
      gunzip.destroy();
      resolve(found === undefined ? undefined : toText(found));
    }

    function collect(entry: ReadEntry): void {
      const chunks: Buffer[] = [];
      let length = 0;
      entry.on('data', (chunk: Buffer) => {
        if (length >= MAX_README_BYTES) return;
        chunks.push(chunk);
        length += chunk.length;
        if (length >= MAX_README_BYTES) settle(Buffer.concat(chunks).subarray(0, MAX_README_BYTES));
      });
      entry.on('end', () => settle(Buffer.concat(chunks)));
    }

    const parser = new Parser({
      brotli: false,
      zstd: false,
      filter: (path, entry) => 'type' in entry && isReadme(path),
      onReadEntry: (entry) => (isFile(entry) ? collect(entry) : entry.resume()),
    });
    parser.on('error', () => settle());
    parser.on('end', () => settle());
    parser.on('drain', () => gunzip.resume());
    archive.on('error', () => settle());
    gunzip.on('error', () => settle());
    gunzip.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      const first = expandedBytes === 0 ? chunk[0] : undefined;
      expandedBytes += chunk.length;
      if (first === 0 || first === GZIP_FIRST_BYTE || expandedBytes > MAX_EXPANDED_BYTES) settle();
      else if (!parser.write(chunk)) gunzip.pause();
    });
    gunzip.on('end', () => (isSettled ? undefined : parser.end()));
    archive.pipe(gunzip);
  });
}

const isFile = ({ type }: ReadEntry): boolean => ['File', 'OldFile', 'ContiguousFile'].includes(type);

/** Without what no database row can hold. */
const toText = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\0', '');
