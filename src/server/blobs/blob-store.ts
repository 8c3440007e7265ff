import type { Readable } from 'node:stream';
import type { Removable } from './stored-files.ts';

/** Configurations, plans, states: whole files under the SHA-256 of their content, so the same bytes are kept once. */
export interface BlobStore extends Removable {
  /**
   * Stores all of `content`; once it resolves, a power cut no longer loses it. A stream that is too big or fails is not
   * destroyed: the caller decides what becomes of it.
   * @throws BlobTooBigError
   */
  put(content: Uint8Array | Readable, limit: { maxBytes: number }): Promise<Blob>;
  /**
   * The content from byte `start` up to, not including, `end`. When a damaged file is read whole, the stream fails at
   * its end with {@link BlobDamagedError}.
   * @throws BlobMissingError
   */
  open(sha256: string, range?: { start?: number; end?: number }): Promise<Readable>;
  /** @throws BlobMissingError @throws BlobDamagedError */
  read(sha256: string): Promise<Buffer>;
  /** The path of the content, for threads that read it by themselves. @throws BlobMissingError for what is no digest */
  fileOf(sha256: string): string;
  /**
   * Whether the blobs belong to the installation of this id. The first that asks owns them for good: another one, with
   * an empty database that was named by mistake for example, cannot tell which blobs are needed.
   */
  belongsTo(installationId: string): Promise<boolean>;
  /** The place of the blobs, in words for people. */
  readonly place: string;
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

/** The bytes on the disk have changed since they were stored. */
export class BlobDamagedError extends Error {
  constructor(sha256: string) {
    super(`the blob ${sha256} is damaged`);
    this.name = 'BlobDamagedError';
  }
}
