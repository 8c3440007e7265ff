import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A rest of at most this size is read to its end, and the connection stays open. */
const MAX_LEFT_BYTES = 64 * 1024;
/** This much is still read after the answer, because some clients send all of the body before they read. */
const MAX_READ_OF_STRANGER = 1024 * 1024;
const MAX_READ_OF_CALLER = 64 * 1024 * 1024;
const LINGER_MS = 5_000;

/**
 * An answer before the whole body was read ends the connection, but not at once: a connection that is closed with bytes
 * unread would be reset, and the answer lost on its way. Further bytes are read for a while and dropped.
 */
export function closePolitely(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!request.raw.complete) leaveBody(request, reply);
    done(null, payload);
  });
}

function leaveBody({ raw, actor }: FastifyRequest, reply: FastifyReply): void {
  if (isNearlyRead(raw)) {
    raw.resume();
    return;
  }
  void reply.header('Connection', 'close');
  const { socket } = raw;
  let left = actor === null ? MAX_READ_OF_STRANGER : MAX_READ_OF_CALLER;
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) raw.pause();
  });
  raw.resume();
  // Replaces the server's way to close after its last answer, which does not wait for the rest of the client's body.
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    raw.once('end', () => socket.destroy());
    socket.once('close', () => clearTimeout(timer));
  };
}

function isNearlyRead({ headers }: IncomingMessage): boolean {
  const announced = headers['content-length'];
  return announced !== undefined && headers.expect === undefined && Number(announced) <= MAX_LEFT_BYTES;
}
