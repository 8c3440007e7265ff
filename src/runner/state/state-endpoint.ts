import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeDurably } from './write-durably.ts';

export interface StateEndpoint {
  /** For TF_HTTP_ADDRESS. The path is a secret of this step. */
  address: string;
  /** States written so far. */
  writes(): number;
  close(): Promise<void>;
}

/** Terraform's http backend, on loopback, over one file: what it answers 200 to is on disk. */
export async function openStateEndpoint(file: string): Promise<StateEndpoint> {
  const path = `/${randomBytes(24).toString('hex')}`;
  let writes = 0;
  let last: Promise<void> = Promise.resolve();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== path) return void response.writeHead(404).end();
    if (request.method === 'GET') {
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return void (bytes ? response.writeHead(200).end(bytes) : response.writeHead(204).end());
    }
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    last = last.catch(() => undefined).then(() => writeDurably(file, Buffer.concat(chunks)));
    await last;
    writes++;
    response.writeHead(200).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      // Terraform tries again, then leaves errored.tfstate, which is looked for.
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${path}`,
    writes: () => writes,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await last.catch(() => undefined);
    },
  };
}
