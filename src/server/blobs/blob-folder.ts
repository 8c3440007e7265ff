import { createHash, randomUUID } from 'node:crypto';
import { link, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import {
  BlobDamagedError,
  BlobMissingError,
  BlobTooBigError,
  type Blob,
  type BlobStore,
} from './blob-store.ts';
import { PRIVATE_FILE, makeFolder, syncFolder } from './durable-files.ts';
import { listStored, removeUnlessWritten } from './stored-files.ts';
import { createTurns } from './turns.ts';

const SHA256 = /^[0-9a-f]{64}$/;
/** The file that records which installation the folder belongs to. */
const OWNER_FILE = 'installation';
/** No upload takes this long: an older temporary file was left by a server that was killed. */
const ABANDONED_AFTER_MS = 60 * 60 * 1_000;

/** Opens the store of blobs in `folder`, which is created when missing. */
export async function openBlobFolder(folder: string): Promise<BlobStore> {
  const incoming = path.join(folder, 'incoming');
  await makeFolder(incoming);
  await removeAbandoned(incoming);
  // A file must not be removed as too old while it is written again.
  const inTurn = createTurns();

  const locate = (sha256: string): string => {
    if (!SHA256.test(sha256)) throw new BlobMissingError(sha256);
    return path.join(folder, sha256.slice(0, 2), sha256);
  };

  async function put(content: Uint8Array | Readable, { maxBytes }: { maxBytes: number }): Promise<Blob> {
    const temporary = path.join(incoming, randomUUID());
    try {
      const blob = await write(temporary, content, maxBytes);
      const file = locate(blob.sha256);
      await makeFolder(path.dirname(file));
      // An existing file is replaced too: that repairs a damaged one, and gives it a new date.
      await inTurn(blob.sha256, async () => await rename(temporary, file));
      await syncFolder(path.dirname(file));
      return blob;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async function openStream(sha256: string, range: { start?: number; end?: number } = {}): Promise<Readable> {
    const { start = 0, end } = range;
    const handle = await open(locate(sha256), 'r').catch((error: unknown) => {
      throw isMissing(error) ? new BlobMissingError(sha256) : error;
    });
    if (end !== undefined && end <= start) {
      await handle.close();
      return Readable.from([]);
    }
    const stream = handle.createReadStream({ start, ...(end !== undefined && { end: end - 1 }) });
    if (start > 0 || end !== undefined) return stream;
    const verified = stream.pipe(verifyHash(sha256));
    stream.once('error', (error) => verified.destroy(error));
    verified.once('close', () => stream.destroy());
    return verified;
  }

  async function read(sha256: string): Promise<Buffer> {
    return Buffer.concat(await (await openStream(sha256)).toArray());
  }

  return {
    put,
    open: openStream,
    read,
    fileOf: locate,
    belongsTo: async (id) => (await readOrWriteOwner(folder, id)) === id,
    place: folder,
    names: () => listStored(folder, SHA256),
    remove: (sha256, unusedSince) =>
      inTurn(sha256, async () => await removeUnlessWritten(locate(sha256), unusedSince)),
  };
}

async function write(file: string, content: Uint8Array | Readable, maxBytes: number): Promise<Blob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(file, 'wx', PRIVATE_FILE);
  try {
    const chunks = content instanceof Readable ? content.iterator({ destroyOnReturn: false }) : [content];
    for await (const chunk of chunks) {
      const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      sizeBytes += bytes.length;
      if (sizeBytes > maxBytes) throw new BlobTooBigError(maxBytes);
      hash.update(bytes);
      await handle.writeFile(bytes);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

function verifyHash(sha256: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(hash.digest('hex') === sha256 ? null : new BlobDamagedError(sha256));
    },
  });
}

async function removeAbandoned(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const file = path.join(incoming, name);
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(file, { force: true });
  }
}

/** @returns the owner in the file; `id`, once written, where there was none */
async function readOrWriteOwner(folder: string, id: string): Promise<string> {
  const file = path.join(folder, OWNER_FILE);
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, id, { mode: PRIVATE_FILE, flush: true });
  try {
    // The link is made whole or not at all, and the first of several servers wins.
    await link(temporary, file);
    await syncFolder(folder);
    return id;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return await readFile(file, 'utf8');
  } finally {
    await rm(temporary, { force: true });
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
