import { constants } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';

/** The server's limit for a state, a plan file or anything else of a run. */
export const MAX_LEFT_BYTES = 512 * 1024 ** 2;

/** A run has left a file that is larger than the limit. */
export class LeftFileTooLarge extends Error {
  override name = 'LeftFileTooLarge';
}

/** Errors that mean there is no file to read. A file without read permission is the run's own doing. */
const NOT_THERE = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENXIO',
  'EACCES',
  'EPERM',
  'ENAMETOOLONG',
  'ENODEV',
]);

/**
 * Reads a file that a run may have left below `folder`. The run can put anything in its place: a link could expose a
 * file of the host, a pipe could block the runner for ever, and an endless file could fill its memory.
 *
 * @returns undefined when there is no such file, or it is not a plain file of that folder
 * @throws LeftFileTooLarge
 */
export async function readLeftFile(
  folder: string,
  file: string,
  maxBytes = MAX_LEFT_BYTES,
): Promise<Buffer | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    if (NOT_THERE.has(error.code ?? '')) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    // Resolves the open handle: the name may lead elsewhere by now, and a folder on the way may be a link.
    const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => realpath(file));
    if (!opened.startsWith((await realpath(folder)) + sep)) return undefined;
    const tooLarge = new LeftFileTooLarge(
      `${file.slice(folder.length + 1)} is larger than ${maxBytes} bytes`,
    );
    if (stats.size > maxBytes) throw tooLarge;
    return await readUpTo(
      handle,
      stats.size,
      () => {
        throw tooLarge;
      },
      maxBytes,
    );
  } finally {
    await handle.close();
  }
}

/** Stops at the limit, since a file may grow while it is read. */
async function readUpTo(
  handle: FileHandle,
  expectedBytes: number,
  onTooLarge: () => never,
  maxBytes: number,
): Promise<Buffer> {
  let buffer = Buffer.allocUnsafe(expectedBytes + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (length > maxBytes) onTooLarge();
    if (bytesRead === 0) return buffer.subarray(0, length);
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(maxBytes + 1, buffer.length * 2));
      buffer.copy(larger);
      buffer = larger;
    }
  }
}
