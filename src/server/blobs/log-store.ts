import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { PRIVATE_FILE, makeFolder, syncFolder } from './durable-files.ts';
import { listStored, removeUnlessWritten, type Removable } from './stored-files.ts';
import { createTurns } from './turns.ts';

/** The output of plans and applies: one file each, which only grows. */
export interface LogStore extends Removable {
  /**
   * Adds `bytes`, which belong at `offset`. Bytes that are there already are skipped, so a part may be sent twice. They
   * are safe from a killed server when this resolves, and from a power cut within {@link SYNC_AFTER_MS}.
   * @returns the log's length afterwards
   * @throws LogGapError
   */
  append(id: string, offset: number, bytes: Uint8Array): Promise<number>;
  /** Up to `limit` bytes from `offset`; fewer, or none, at the end. A log that was never begun is empty. */
  read(id: string, offset: number, limit: number): Promise<Buffer>;
  length(id: string): Promise<number>;
  /** Resolves when all that was appended is safe from a power cut. */
  flush(id: string): Promise<void>;
  /** Flushes all logs. */
  close(): Promise<void>;
}

/** Bytes before `offset` are missing here; the sender continues from `lengthBytes`. */
export class LogGapError extends Error {
  readonly lengthBytes: number;

  constructor(offset: number, lengthBytes: number) {
    super(`the log has ${lengthBytes} bytes, so none can be put at ${offset}`);
    this.name = 'LogGapError';
    this.lengthBytes = lengthBytes;
  }
}

const SYNC_AFTER_MS = 250;
const LOG_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{1,127}$/;

/** A log with bytes that are not synced yet. */
interface Unsynced {
  handle: FileHandle;
  lengthBytes: number;
  isNew: boolean;
  timer: NodeJS.Timeout;
}

export interface LogStoreOptions {
  /** Called when bytes could not be synced; the next {@link LogStore.append} or flush of that log fails with it too. */
  onSyncError: (id: string, error: unknown) => void;
}

/** Opens the store in `folder`, which is created when missing. */
export async function openLogStore(folder: string, { onSyncError }: LogStoreOptions): Promise<LogStore> {
  await makeFolder(folder);
  const unsynced = new Map<string, Unsynced>();
  const failures = new Map<string, unknown>();
  const inTurn = createTurns();

  /** An id's last two characters spread the logs over folders. */
  function locate(id: string): string {
    if (!LOG_ID.test(id)) throw new Error(`${JSON.stringify(id)} is not a log's id`);
    return path.join(folder, id.slice(-2), id);
  }

  async function openForAppend(id: string): Promise<Unsynced> {
    const already = unsynced.get(id);
    if (already) return already;
    const file = locate(id);
    await makeFolder(path.dirname(file));
    const handle = await open(file, 'a', PRIVATE_FILE);
    const { size } = await handle.stat();
    const timer = setTimeout(() => {
      inTurn(id, () => sync(id)).catch((error: unknown) => onSyncError(id, error));
    }, SYNC_AFTER_MS);
    const log = { handle, lengthBytes: size, isNew: size === 0, timer };
    unsynced.set(id, log);
    return log;
  }

  async function sync(id: string): Promise<void> {
    const log = unsynced.get(id);
    if (!log) return;
    unsynced.delete(id);
    clearTimeout(log.timer);
    try {
      await log.handle.datasync();
      if (log.isNew) await syncFolder(path.dirname(locate(id)));
    } catch (error) {
      failures.set(id, error);
      throw error;
    } finally {
      await log.handle.close();
    }
  }

  function throwEarlierFailure(id: string): void {
    if (!failures.has(id)) return;
    const failure = failures.get(id);
    failures.delete(id);
    throw failure;
  }

  async function append(id: string, offset: number, bytes: Uint8Array): Promise<number> {
    throwEarlierFailure(id);
    const log = await openForAppend(id);
    if (offset > log.lengthBytes) throw new LogGapError(offset, log.lengthBytes);
    const added = bytes.subarray(log.lengthBytes - offset);
    if (added.length === 0) return log.lengthBytes;
    try {
      await log.handle.appendFile(added);
      log.lengthBytes += added.length;
    } catch (error) {
      // Part of the bytes may be in the file: the sender learns the length from the next call.
      log.lengthBytes = (await log.handle.stat()).size;
      throw error;
    }
    return log.lengthBytes;
  }

  return {
    append: (id, offset, bytes) => inTurn(id, () => append(id, offset, bytes)),
    async read(id, offset, limit) {
      return await withFile(locate(id), Buffer.alloc(0), async (handle) => {
        const { size } = await handle.stat();
        const wanted = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)));
        const { bytesRead } = await handle.read(wanted, 0, wanted.length, offset);
        return wanted.subarray(0, bytesRead);
      });
    },
    async length(id) {
      return await withFile(locate(id), 0, async (handle) => (await handle.stat()).size);
    },
    flush: (id) =>
      inTurn(id, async () => {
        throwEarlierFailure(id);
        await sync(id);
      }),
    names: () => listStored(folder, LOG_ID),
    remove: (id, unusedSince) => inTurn(id, async () => await removeUnlessWritten(locate(id), unusedSince)),
    async close() {
      await Promise.all([...unsynced.keys()].map((id) => inTurn(id, () => sync(id))));
    },
  };
}

async function withFile<T>(file: string, missing: T, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing;
    throw error;
  }
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
