/** Clients that hold a connection by sending a request slowly, and senders of bytes that are not HTTP. */
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { json } from './answers.ts';
import { createApp } from './serve/app.ts';
import { endpoint } from './endpoint.ts';
import { ERRORS } from './refusal.ts';
import { registerEndpoints } from './serve/register-endpoints.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = createApp(pino({ level: 'silent' }), null, 400);
  const echo = endpoint({
    method: 'POST',
    url: '/echo',
    summary: 'The body again',
    access: 'anyone',
    params: z.object({}),
    body: z.unknown(),
    answers: { 200: json(z.object({ body: z.unknown() })) },
    handle: async ({ body }) => ({ status: 200, body: { body } }),
  });
  registerEndpoints(app, [echo], async () => null);
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => await app.close());

/** Sends the text, and then a byte now and then until the server ends it. @returns the whole answer */
async function trickle(start: string): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  // Writing to a connection that the server has ended is part of the test.
  socket.on('error', () => undefined);
  socket.write(start);
  const byByte = setInterval(() => socket.write('x'), 50);
  try {
    return await text(socket);
  } finally {
    clearInterval(byByte);
    socket.destroy();
  }
}

const JSON_HEADERS = 'Host: a\r\nContent-Type: application/json\r\n';

test.each([
  ['headers', 'GET / HTTP/1.1\r\nX-Slow: ', 408, 'request_timeout'],
  ['a body', `POST /echo HTTP/1.1\r\n${JSON_HEADERS}Content-Length: 100000\r\n\r\n"`, 408, 'request_timeout'],
  [
    'headers that are too long',
    `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}`,
    431,
    'headers_too_large',
  ],
  ['text that is not HTTP', 'hello\r\n\r\n', 400, 'bad_request'],
  [
    'a request that two servers may read differently',
    `POST /echo HTTP/1.1\r\n${JSON_HEADERS}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
    'bad_request',
  ],
] as const)(
  'the server answers %s, too slow or wrong, and ends the connection',
  async (_what, start, status, code) => {
    const [head = '', body = ''] = (await trickle(start)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('TFP-API-Version: 2.6');
    expect(head).toContain('Connection: close');
    expect(JSON.parse(body)).toEqual({
      errors: [{ status: String(status), code, title: ERRORS[code].title }],
    });
  },
);

test('a request that arrives in time is answered, however long the connection was idle before', async () => {
  const address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/echo`;
  const send = async (): Promise<unknown> =>
    (
      await fetch(address, { method: 'POST', body: '"x"', headers: { 'content-type': 'application/json' } })
    ).json();
  expect(await send()).toEqual({ body: 'x' });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await send()).toEqual({ body: 'x' });
});
