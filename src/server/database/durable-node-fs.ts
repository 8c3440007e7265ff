import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The used part of Emscripten's file system over Node's. Checked at every start by counting the syncs of a commit. */
interface EmscriptenNodeFs {
  stream_ops: { fsync?: (stream: { nfd?: number; node: unknown }) => number };
  realPath(node: unknown): string;
}

type Options = Parameters<NodeFS['init']>[1];

/**
 * PGlite's folder on the disk, with the part that PGlite leaves out: when PostgreSQL asks for a sync, one happens.
 * Without it a power cut loses every commit that the kernel had not written yet, or the whole database.
 */
export class DurableNodeFs extends NodeFS {
  readonly #onFailure: (error: unknown) => void;
  #syncCount = 0;

  /** @param onFailure called when a sync fails: data still in memory can then not be trusted to reach the disk. */
  constructor(folder: string, onFailure: (error: unknown) => void) {
    super(folder);
    this.#onFailure = onFailure;
  }

  /** How many syncs PostgreSQL asked for and got since it was opened. */
  get syncCount(): number {
    return this.#syncCount;
  }

  override async init(database: PGlite, options: Options): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(database, options);
    const preRun = [emscriptenOpts.preRun ?? []].flat();
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [
          ...preRun,
          (module: { FS: unknown }) => {
            const { NODEFS } = (module.FS as { filesystems: { NODEFS: EmscriptenNodeFs } }).filesystems;
            NODEFS.stream_ops.fsync = (stream) => {
              try {
                if (stream.nfd === undefined) syncFolder(NODEFS.realPath(stream.node));
                else fdatasyncSync(stream.nfd);
              } catch (error) {
                this.#onFailure(error);
                throw error;
              }
              this.#syncCount += 1;
              return 0;
            };
          },
        ],
      },
    };
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
