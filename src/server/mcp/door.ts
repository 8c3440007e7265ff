import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { markRequest } from '../http/door-marks.ts';
import { newOpaqueToken } from '../secrets/opaque-tokens.ts';

export interface McpDoor {
  /** A `fetch` that reaches this server only, for a client at this address. */
  fetchFor(address: string): typeof globalThis.fetch;
  close(): Promise<void>;
}

const KEY_HEADER = 'x-runwright-door';
const ADDRESS_HEADER = 'x-runwright-client-address';

/**
 * The address at which the MCP tools of a server call its API: plain http on a free port of 127.0.0.1, for this process
 * alone. Its requests are answered as if the tools' caller had called with their own token and from their own address,
 * and are marked, so that the server knows that they came over MCP.
 *
 * @param publicUrl the address in the API's documents; calls of it use this one too
 */
export async function openMcpDoor(app: FastifyInstance, publicUrl: () => string): Promise<McpDoor> {
  const key = newOpaqueToken();
  const server = createServer((request, response) => {
    const given = request.headers[KEY_HEADER];
    const address = request.headers[ADDRESS_HEADER];
    if (typeof given !== 'string' || typeof address !== 'string' || !isSame(given, key)) {
      response.writeHead(403).end();
      return;
    }
    markRequest(request, { via: 'mcp', address });
    app.routing(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const doorUrl = `http://127.0.0.1:${port}`;

  return {
    fetchFor: (address) => async (input, init) => {
      const asked = new URL(input instanceof Request ? input.url : input);
      if (asked.origin !== new URL(publicUrl()).origin) {
        throw new TypeError('the tools of this server reach no other server');
      }
      const headers = new Headers(init?.headers);
      headers.set(KEY_HEADER, key);
      headers.set(ADDRESS_HEADER, address);
      return await fetch(`${doorUrl}${asked.pathname}${asked.search}`, { ...init, headers });
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
