import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';

/** How long a stopping server waits for the rest of a request. */
const UNFINISHED_MS = 5_000;

/**
 * Tracks which requests of a connection wait for their answer: an executed request is answered, whatever follows it on
 * the same connection.
 *
 * @returns calls back when all complete requests of a connection have been answered, which may be at once; it ends the
 *   connection instead when part of the answer to an incomplete one is on its way
 */
export function trackOpenRequests(app: FastifyInstance): (socket: Socket, then: () => void) => void {
  const open = new WeakMap<Socket, Map<IncomingMessage, ServerResponse>>();
  const waiting = new WeakMap<Socket, () => void>();
  const requestsOf = (socket: Socket) => open.get(socket) ?? new Map<IncomingMessage, ServerResponse>();
  const hasWhole = (socket: Socket): boolean =>
    [...requestsOf(socket).keys()].some(({ complete }) => complete);
  app.addHook('onRequest', ({ raw }, reply, done) => {
    open.set(raw.socket, requestsOf(raw.socket).set(raw, reply.raw));
    done();
  });
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    requestsOf(raw.socket).delete(raw);
    if (!hasWhole(raw.socket)) waiting.get(raw.socket)?.();
    done();
  });
  const connections = new Set<Socket>();
  app.server.on(app.server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  // A connection without a request, or with an incomplete one, must not keep a server from stopping.
  app.addHook('preClose', (done) => {
    const endUnless = (isNeeded: (socket: Socket) => boolean): void => {
      for (const socket of connections) if (!isNeeded(socket)) socket.destroy();
    };
    endUnless((socket) => requestsOf(socket).size > 0);
    setTimeout(() => endUnless(hasWhole), UNFINISHED_MS).unref();
    done();
  });
  return (socket, then) => {
    const end = (): void => {
      waiting.delete(socket);
      if ([...requestsOf(socket).values()].some(({ headersSent }) => headersSent)) socket.destroy();
      else then();
    };
    if (hasWhole(socket)) waiting.set(socket, end);
    else end();
  };
}
