import { constants } from 'node:fs';
import { open, readlink, realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/**
 * Reads a file that a run may have left below `folder`. What runs there can put anything in its place: a link would have
 * the runner give away a file of the host's, and a pipe would hold it up for ever.
 *
 * @returns undefined when there is no such file, or it is not a plain one of that folder
 */
export async function readLeftFile(folder: string, file: string): Promise<Buffer | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(error.code ?? '')) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    // Of what was opened, not of what has the name by now; a folder on the way may be a link too.
    const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => realpath(file));
    return opened.startsWith((await realpath(folder)) + sep) ? await handle.readFile() : undefined;
  } finally {
    await handle.close();
  }
}
