import { join } from 'node:path';
import { extract } from 'tar';
import { unpackZip } from '../providers/unpack-zip.ts';

/** Several times what a release has. */
const LIMITS = { bytes: 1024 ** 3, entries: 100 };

/**
 * Unpacks a release's archive into an empty folder. Of a tar archive only the program is taken.
 *
 * @returns the path of the program, which may be missing
 */
export async function unpackRelease(archive: string, program: string, folder: string): Promise<string> {
  if (archive.endsWith('.zip')) await unpackZip(archive, folder, LIMITS);
  else
    await extract({
      ...{ file: archive, cwd: folder, strict: true },
      filter: (path, entry) =>
        path === program && 'type' in entry && entry.type === 'File' && entry.size <= LIMITS.bytes,
    });
  return join(folder, program);
}
