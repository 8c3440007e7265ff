import type { FastifyReply } from 'fastify';

/** Aborts when the client no longer waits for the answer, which may be so already. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  if (reply.raw.closed || reply.raw.destroyed) return AbortSignal.abort();
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
