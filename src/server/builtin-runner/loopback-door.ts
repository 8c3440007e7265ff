import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface LoopbackDoor {
  url: string;
  close(): Promise<void>;
}

/**
 * Plain http on a free port of 127.0.0.1, for the built-in runner of a server that speaks https: the certificate is for
 * the server's name, may come from an authority that this process does not trust, and changes while the runner works.
 */
export async function openLoopbackDoor(app: FastifyInstance): Promise<LoopbackDoor> {
  const server: Server = createServer((request, response) => app.routing(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeIdleConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
