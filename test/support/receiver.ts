/** A receiver of notifications on loopback. It records what was sent where, and answers as the test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Payload {
  run_id: string | null;
  run_url: string | null;
  run_created_by: string | null;
  workspace_name: string | null;
  notification_configuration_id: string;
  notifications: { message: string; trigger: string; run_status: string | null }[];
}

export interface Receiver {
  url: string;
  received: Received[];
  /** The answers at a path, one after the other; then 200. */
  answers: Map<string, number[]>;
  at(path: string): Received[];
  /** The statuses of runs, in the order in which they were reported. */
  statuses(path: string): (string | null | undefined)[];
  close(): void;
}

export const parsed = (request: Received | undefined) => JSON.parse(request?.body ?? 'null') as Payload;

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers = new Map<string, number[]>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? '';
      received.push({ path, headers: request.headers, body });
      const status = answers.get(path)?.shift() ?? 200;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(`answer ${status}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = (path: string): Received[] => received.filter((request) => request.path === path);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    at,
    statuses: (path) => at(path).map((request) => parsed(request).notifications[0]?.run_status),
    close: () => void server.close(),
  };
}
