import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';

export interface LoopbackDoor {
  url: string;
  close(): Promise<void>;
}

/**
 * Plain http on 127.0.0.1, for the built-in runner of a server that speaks https: the certificate is for the server's
 * name, may come from an authority that this process does not trust, and changes while the runner works.
 *
 * The port is the one of the last start, unless another program has taken it: a runner whose server was killed goes on
 * with its apply and delivers it to the next server at the address that it knows.
 */
export async function openLoopbackDoor(app: FastifyInstance, homeFolder: string): Promise<LoopbackDoor> {
  const server: Server = createServer((request, response) => app.routing(request, response));
  const file = path.join(homeFolder, 'runner-port');
  const port = await listen(server, await readPort(file));
  await writeFile(file, `${port}\n`, { mode: 0o600 });
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

/** @returns 0 for any free port, where none is known */
async function readPort(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
}

/** @returns the port */
async function listen(server: Server, wanted: number): Promise<number> {
  server.listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (wanted === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    return await listen(server, 0);
  }
  return (server.address() as AddressInfo).port;
}
