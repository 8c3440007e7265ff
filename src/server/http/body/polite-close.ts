import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** So little is read to its end, and the connection goes on. */
const MAX_LEFT_BYTES = 64 * 1024;
/** What is still read after the answer, so that a client that sends all of it before it reads gets to read. */
const MAX_READ_OF_STRANGER = 1024 * 1024;
const MAX_READ_OF_CALLER = 64 * 1024 * 1024;
const LINGER_MS = 5_000;

/**
 * An answer that comes before the whole body was read ends the connection, but not at once: closed with bytes unread, it
 * would be reset, and the answer lost on its way. What still comes is read for a while and kept nowhere.
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
  // How the server closes a connection after its last answer: it would not wait for what the client still sends.
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
