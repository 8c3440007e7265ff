import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { create } from 'tar';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';

/** The files of an embedded database that no process has open, as a compressed archive. */
export function packDatabase(folder: string): AsyncIterable<Uint8Array> {
  // Compression is light: most of it is text, and the disk is faster than the best compression.
  return create({ cwd: folder, gzip: { level: 1 }, portable: true, filter: isKept }, ['.']);
}

/** The file that marks a running server is left out: no server runs on restored files. */
const isKept = (name: string): boolean => path.basename(name) !== 'postmaster.pid';

/**
 * Archives of the embedded database of this server, one at a time: the server waits while its files are copied, and the
 * copy takes as much disk space again.
 */
export function createArchives({ copyDatabase, log }: Platform): () => Promise<Readable> {
  let isBusy = false;
  return async () => {
    if (copyDatabase === null) {
      refuse('conflict', 'The database of this server is a PostgreSQL server: back it up with pg_dump.');
    }
    if (isBusy) refuse('conflict', 'The database is being copied already: try again when that has ended.');
    isBusy = true;
    try {
      const folder = await copyDatabase();
      const end = async (): Promise<void> => {
        await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
          log.error({ err: error, folder }, 'a copy of the database stays on the disk'),
        );
        isBusy = false;
      };
      return Readable.from(packDatabase(folder)).once('close', () => void end());
    } catch (error) {
      isBusy = false;
      log.error({ err: error }, 'the database could not be copied');
      refuse('unavailable', 'The database could not be copied: see whether the disk of the server is full.');
    }
  };
}
