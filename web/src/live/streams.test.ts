import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type Client } from '@runwright/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followEvents } from './follow-events.ts';
import { createRunFeeds } from './run-feeds.ts';

let server: Server;
let client: Client;
let answer: (url: URL, response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((request, response) =>
    answer(new URL(request.url ?? '', 'http://localhost'), response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createClient({ address: `http://127.0.0.1:${String(port)}`, retry: { maxAttempts: 1 } });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const begin = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
const event = (id: string, type: string, data: object): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

test('a log is whole and nothing comes twice, wherever its connections break', async () => {
  const log = Buffer.from(
    Array.from({ length: 40 }, (_, line) => `Zeile ${String(line)}: größer 🎉\n`).join(''),
  );
  let connections = 0;
  // Sends parts of different sizes, and cuts each connection some bytes later than the one before.
  answer = (url, response) => {
    connections += 1;
    let offset = Number(url.searchParams.get('offset') ?? 0);
    let sent = ': open\n\n';
    for (let size = 30; offset < log.length; size += 7) {
      let end = Math.min(log.length, offset + size);
      while (end < log.length && ((log[end] ?? 0) & 0xc0) === 0x80) end -= 1;
      sent += event(String(end), 'log', { text: log.subarray(offset, end).toString('utf8') });
      offset = end;
    }
    sent += event(String(offset), 'end', { bytes: offset });
    const bytes = Buffer.from(sent);
    const cut = 40 + connections * 13;
    begin(response).write(bytes.subarray(0, cut), () => {
      if (cut >= bytes.length) response.end();
      else response.destroy();
    });
  };
  let offset = 0;
  let text = '';
  await followEvents(
    {
      firstWaitMs: 1,
      open: (signal) => client.plans.openLogStream('plan-1', { offset, signal }),
      take({ id, event: type, data }) {
        if (type === 'end') return 'enough';
        text += (JSON.parse(data) as { text: string }).text;
        offset = Number(id);
        return undefined;
      },
    },
    new AbortController().signal,
  );
  expect(text).toBe(log.toString('utf8'));
  expect(connections).toBeGreaterThan(10);
});

test('a refusal to the session ends the reading, and is shown', async () => {
  answer = (_, response) => {
    response.writeHead(401, { 'content-type': 'application/vnd.api+json' });
    response.end('{"errors":[{"status":"401","title":"unauthorized"}]}');
  };
  const follow = followEvents(
    { open: (signal) => client.runEvents.open({}, { signal }), take: () => undefined },
    new AbortController().signal,
  );
  await expect(follow).rejects.toMatchObject({ code: 'unauthorized' });
});

test('events of runs continue after the last one, and possibly missed data is read again', async () => {
  const asked: (string | null)[] = [];
  const change = (run: string): object => ({ run, organization: 'acme' });
  answer = (url, response) => {
    asked.push(url.searchParams.get('after'));
    begin(response);
    if (asked.length === 1) {
      response.write(event('1-0', 'ready', {}) + event('1-1', 'run', change('run-1')));
      response.end(event('1-2', 'run', change('run-2')).slice(0, -1));
    } else if (asked.length === 2) {
      response.end(event('1-1', 'ready', {}) + event('1-2', 'run', change('run-2')));
    } else if (asked.length === 3) {
      response.write(event('9-0', 'reset', {}));
    }
  };
  const seen: string[] = [];
  let done: () => void = () => undefined;
  const isDone = new Promise<void>((resolve) => (done = resolve));
  const feeds = createRunFeeds({
    open: client.runEvents.open,
    changed: ({ run }) => seen.push(run),
    missed: () => {
      seen.push('everything');
      if (seen.length === 4) done();
    },
    lingerMs: 0,
  });
  const scope = { organization: 'acme' };
  const leave = feeds.join(scope, () => undefined);
  const leaveToo = feeds.join(scope, () => undefined);
  await isDone;
  expect(asked).toEqual([null, '1-1', '1-2']);
  expect(seen).toEqual(['everything', 'run-1', 'run-2', 'everything']);
  expect(feeds.isLive(scope)).toBe(true);
  leave();
  leaveToo();
});
