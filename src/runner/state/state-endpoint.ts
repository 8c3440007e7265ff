import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MAX_LEFT_BYTES } from '../sandbox/left-file.ts';
import { settleDurably } from './write-durably.ts';

export interface StateEndpoint {
  /** The value of TF_HTTP_ADDRESS. The path is a secret of this step. */
  address: string;
  /** States written so far. */
  writes(): number;
  close(): Promise<void>;
}

class BodyTooLarge extends Error {}

/** Fails when more than `maxBytes` pass through. */
function createCap(maxBytes: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      done(length > maxBytes ? new BodyTooLarge() : null, chunk);
    },
  });
}

/**
 * Terraform's http backend, on loopback, over one file: a state is on disk before the answer is 200. The run can post
 * there too, so a body goes to the disk as it comes, and one of more than `maxBytes` is answered 413.
 */
export async function openStateEndpoint(file: string, maxBytes = MAX_LEFT_BYTES): Promise<StateEndpoint> {
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
    const partial = `${file}.${randomUUID()}.posted`;
    try {
      await pipeline(request, createCap(maxBytes), createWriteStream(partial, { mode: 0o600, flags: 'wx' }));
      last = last.catch(() => undefined).then(() => settleDurably(partial, file));
      await last;
    } catch (error) {
      await rm(partial, { force: true });
      if (!(error instanceof BodyTooLarge)) throw error;
      // The rest of the body is not awaited.
      return void response.writeHead(413, { connection: 'close' }).end();
    }
    writes++;
    response.writeHead(200).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      // Terraform tries again, then leaves errored.tfstate, which the delivery looks for.
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
