import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { createClient, type Client } from './client.ts';
import { startRecordingServer, type RecordingServer } from './testing/recording-server.ts';
import type { OpenAnswer } from './stream.ts';

let server: RecordingServer;
let elsewhere: RecordingServer;
let client: Client;
beforeEach(async () => {
  [server, elsewhere] = await Promise.all([startRecordingServer(), startRecordingServer()]);
  client = createClient({ address: server.address, token: 'secret-token' });
});
afterEach(() => Promise.all([server.close(), elsewhere.close()]));

const JSON_OUTPUT = 'GET /api/v2/plans/plan-1/json-output';

async function textOf(answer: OpenAnswer): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of answer.chunks) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

test('a plan is read piece by piece from where the server sends it, without the token there', async () => {
  server.on(JSON_OUTPUT, { status: 307, headers: { location: `${elsewhere.address}/blob` } });
  elsewhere.on('GET /blob', { body: '{"a":1}' });
  const answer = await client.plans.openJson('plan-1', 'full');
  expect(await textOf(answer)).toBe('{"a":1}');
  expect(server.requests[0]?.headers.authorization).toBe('Bearer secret-token');
  expect(elsewhere.requests[0]?.headers.authorization).toBeUndefined();
});

test('a plan that is not ready has no body', async () => {
  server.on(JSON_OUTPUT, { status: 204 });
  const answer = await client.plans.openJson('plan-1', 'full');
  expect(answer.status).toBe(204);
  expect(await textOf(answer)).toBe('');
});

test('a refusal is an ApiError with the server’s words, and a busy server is asked again', async () => {
  server.on(JSON_OUTPUT, { status: 404 });
  await expect(client.plans.openJson('plan-1', 'full')).rejects.toMatchObject({ code: 'not_found' });
  server.on(JSON_OUTPUT, (_, count) =>
    count === 1 ? { status: 503, headers: { 'retry-after': '0' } } : { body: '{}' },
  );
  expect(await textOf(await client.plans.openJson('plan-1', 'full'))).toBe('{}');
});

test('an answer that stops half way ends with an error instead of waiting for ever', async () => {
  const response = new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array([1]));
      },
    }),
  );
  const slow = createClient({
    address: server.address,
    timeoutMs: 100,
    fetch: () => Promise.resolve(response),
  });
  const { chunks } = await slow.plans.openJson('plan-1', 'full');
  expect((await chunks.next()).value).toEqual(new Uint8Array([1]));
  await expect(chunks.next()).rejects.toBeInstanceOf(ApiError);
});

test('a reader that stops early closes the connection', async () => {
  let isCanceled = false;
  const fetch = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(new Uint8Array(1000));
          },
          cancel() {
            isCanceled = true;
          },
        }),
      ),
    );
  const answer = await createClient({ address: server.address, fetch }).plans.openJson('plan-1', 'full');
  for await (const part of answer.chunks) {
    expect(part.length).toBe(1000);
    break;
  }
  expect(isCanceled).toBe(true);
});

test('the rest of a log is opened by byte offset, whatever query its address has', async () => {
  server.on('GET /api/v2/plans/plan-1', {
    body: {
      data: { id: 'plan-1', type: 'plans', attributes: { status: 'finished', 'log-read-url': '/log/s?x=1' } },
    },
  });
  server.on('GET /log/s', { body: 'text' });
  expect(await textOf(await client.plans.openLog('plan-1', { offset: 7 }))).toBe('text');
  expect(server.requests[1]?.url).toBe('/log/s?offset=7');
  expect(server.requests[1]?.headers.authorization).toBeUndefined();
});
