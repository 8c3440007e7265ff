import { gzipSync } from 'node:zlib';

/** One entry of a tar archive. Nothing is checked, so it can be hostile. */
export interface TarEntry {
  /** As bytes for a name that is not in UTF-8. */
  path: string | Buffer;
  text?: string | Buffer;
  /** A tar type flag: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder, `6` pipe. */
  type?: string;
  linkPath?: string;
  mode?: number;
  /** The size field of the header, as twelve raw bytes. */
  sizeField?: string | Buffer;
}

const BLOCK = 512;

export const link = (path: string, linkPath: string): TarEntry => ({ path, type: '2', linkPath });
export const hardLink = (path: string, linkPath: string): TarEntry => ({ path, type: '1', linkPath });

export function makeTarGz(entries: readonly TarEntry[]): Buffer<ArrayBuffer> {
  return gzipSync(Buffer.concat([...entries.flatMap(encode), Buffer.alloc(2 * BLOCK)]));
}

/** A record of a PAX header; its length counts its own digits. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}

/** An archive of plain files by name. Scripts are executable. */
export function packFiles(files: Record<string, string | Buffer>): Buffer<ArrayBuffer> {
  return makeTarGz(
    Object.entries(files).map(([path, text]) => ({
      path,
      text,
      mode: typeof text === 'string' && text.startsWith('#!') ? 0o755 : 0o644,
    })),
  );
}

/** An archive for tests that do not depend on its contents. */
export const SOME_ARCHIVE = packFiles({ 'main.tf': '# an archive' });

function encode(entry: TarEntry): Buffer[] {
  const { path, text = '', type = '0', linkPath = '', mode = 0o644, sizeField } = entry;
  const body = Buffer.from(text);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, '0') + '\0';
  if (typeof path === 'string') header.write(path, 0, 100);
  else path.copy(header, 0, 0, 100);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  const size = sizeField ?? octal(body.length, 12);
  (typeof size === 'string' ? Buffer.from(size, 'latin1') : size).copy(header, 124, 0, 12);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(linkPath, 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(sum.toString(8).padStart(6, '0') + '\0 ', 148);
  return [header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)];
}
