import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BlobStore } from '../blobs/blob-store.ts';
import { bytes } from '../http/answers.ts';
import { readByteRange } from '../http/byte-range.ts';
import { HIJACKED } from '../http/endpoint.ts';

/** The answers of {@link sendArchive}. */
export const ARCHIVE_ANSWERS = {
  200: bytes('application/octet-stream'),
  206: bytes('application/octet-stream'),
};

/** Sends an archive, or the requested part of it. */
export async function sendArchive(
  blobs: BlobStore,
  { raw, reply }: { raw: FastifyRequest; reply: FastifyReply },
  { sha256, sizeBytes }: { sha256: string; sizeBytes: number },
): Promise<typeof HIJACKED> {
  const range = readByteRange(raw.headers, sizeBytes);
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  const content = await (range ? blobs.open(sha256, range) : blobs.open(sha256));
  if (range) reply.code(206).header('Content-Range', `bytes ${start}-${end - 1}/${sizeBytes}`);
  await reply
    .header('Content-Type', 'application/octet-stream')
    .header('Accept-Ranges', 'bytes')
    .header('Content-Length', end - start)
    .send(content);
  return HIJACKED;
}
