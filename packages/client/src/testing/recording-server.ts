import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  /** With its query, still encoded. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON:API. */
  readonly body?: unknown;
  /** Cuts the connection instead of answering. */
  readonly hangUp?: 'at-once' | 'while-receiving';
}

export type Route = (request: RecordedRequest, count: number) => Reply | Promise<Reply>;

export interface RecordingServer {
  readonly address: string;
  readonly requests: readonly RecordedRequest[];
  /** `"METHOD /path"` (the path without its query) or `"*"`. The second argument counts the calls of this route from 1. */
  on(route: string, reply: Reply | Route): void;
  close(): Promise<void>;
}

interface RouteEntry {
  readonly reply: Reply | Route;
  count: number;
}

/** A small HTTP server that records requests and sends the answers of a test. Unknown routes answer 404. */
export async function startRecordingServer(): Promise<RecordingServer> {
  const routes = new Map<string, RouteEntry>();
  const requests: RecordedRequest[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const url = request.url ?? '';
    const route = routes.get(`${method} ${url.split('?')[0] ?? ''}`) ?? routes.get('*');
    const recorded = { method, url, headers: request.headers };
    if (route !== undefined) route.count += 1;

    if (typeof route?.reply === 'object' && route.reply.hangUp === 'while-receiving') {
      requests.push({ ...recorded, body: '' });
      request.once('data', () => request.socket.resetAndDestroy());
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const full = { ...recorded, body: Buffer.concat(chunks).toString('utf8') };
    requests.push(full);
    const reply = await replyOf(route, full);
    if (reply.hangUp === 'at-once') request.socket.resetAndDestroy();
    else send(response, reply);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    address: `http://127.0.0.1:${String(port)}`,
    requests,
    on(route, reply) {
      routes.set(route, { reply, count: 0 });
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      });
    },
  };
}

async function replyOf(route: RouteEntry | undefined, request: RecordedRequest): Promise<Reply> {
  if (route === undefined) {
    return { status: 404, body: { errors: [{ status: '404', title: 'not found' }] } };
  }
  return typeof route.reply === 'function' ? route.reply(request, route.count) : route.reply;
}

function send(response: ServerResponse, reply: Reply): void {
  const { status = 200, headers = {}, body } = reply;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const payload = isRaw || body === undefined ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...(isRaw ? {} : { 'content-type': 'application/vnd.api+json' }),
    ...headers,
  });
  response.end(payload);
}
