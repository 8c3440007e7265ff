import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** HEAD gets the headers of GET, also those of its compression, and no body. */
export function answerHeads(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload: unknown, done) => {
    if (request.method !== 'HEAD' || payload === undefined || payload === null) return done(null, payload);
    if (payload instanceof Readable) payload.destroy();
    else reply.header('Content-Length', String(Buffer.byteLength(payload as string | Buffer)));
    return done(null, null);
  });
}
