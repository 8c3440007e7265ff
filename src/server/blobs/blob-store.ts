import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { PRIVATE_FILE, makeFolder, syncFolder } from './durable-files.ts';
import { listStored, removeUnlessWritten, type Removable } from './stored-files.ts';
import { createTurns } from './turns.ts';

/** Configurations, plans, states: whole files under the SHA-256 of what is in them, so the same bytes are kept once. */
export interface BlobStore extends Removable {
  /**
   * Stores all of `content`; when it resolves a power cut no longer loses it. A stream that is too big or fails is not
   * destroyed: whoever gave it decides what becomes of it.
   * @throws BlobTooBigError
   */
  put(content: Uint8Array | Readable, limit: { maxBytes: number }): Promise<Blob>;
  /**
   * The content from byte `start` up to, not including, `end`. Read to its end as a whole, a damaged file makes the
   * stream fail with {@link BlobDamagedError}.
   * @throws BlobMissingError
   */
  open(sha256: string, range?: { start?: number; end?: number }): Promise<Readable>;
  /** @throws BlobMissingError @throws BlobDamagedError */
  read(sha256: string): Promise<Buffer>;
  /** Where the content is, for threads that read it by themselves. @throws BlobMissingError for what is no digest */
  fileOf(sha256: string): string;
}

export interface Blob {
  sha256: string;
  sizeBytes: number;
}

export class BlobTooBigError extends Error {
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`the content has more than the ${maxBytes} bytes that are allowed`);
    this.name = 'BlobTooBigError';
    this.maxBytes = maxBytes;
  }
}

export class BlobMissingError extends Error {
  constructor(sha256: string) {
    super(`there is no blob ${sha256}`);
    this.name = 'BlobMissingError';
  }
}

/** The bytes on the disk are not those that were stored. */
export class BlobDamagedError extends Error {
  constructor(sha256: string) {
    super(`the blob ${sha256} is damaged`);
    this.name = 'BlobDamagedError';
  }
}

const SHA256 = /^[0-9a-f]{64}$/;
/** No upload takes this long: what is older was left by a server that was killed. */
const ABANDONED_AFTER_MS = 60 * 60 * 1_000;

/** Opens the store in `folder`, which is made when missing. */
export async function openBlobStore(folder: string): Promise<BlobStore> {
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
      // Also over a file that is there already: should that one be damaged, this heals it, and it is young again.
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

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
