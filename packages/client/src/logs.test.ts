import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient, type Client } from './client.ts';
import { startRecordingServer, type RecordingServer } from './testing/recording-server.ts';

const STX = '\u0002';
const ETX = '\u0003';

let server: RecordingServer;
let client: Client;

beforeEach(async () => {
  server = await startRecordingServer();
  client = createClient({ address: server.address, token: 'secret-token' });
});
afterEach(() => server.close());

/** Serves a log by byte ranges; `visibleBytes` gives its length at each call. */
function serveLog(path: string, text: string, visibleBytes: (call: number) => number): void {
  const bytes = Buffer.from(text, 'utf8');
  server.on(`GET ${path}`, ({ url }, call) => {
    const query = new URL(url, server.address).searchParams;
    const offset = Number(query.get('offset'));
    const end = Math.min(offset + Number(query.get('limit')), visibleBytes(call));
    return { headers: { 'content-type': 'text/plain' }, body: bytes.subarray(offset, end) };
  });
}

async function collect(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}

test('a part of a log is read by byte offset, markers counted but not shown', async () => {
  serveLog('/log/secret', `${STX}hello${ETX}`, () => 7);
  const first = await client.readLog(`${server.address}/log/secret?signature=x`, { limit: 4 });
  expect(new TextDecoder().decode(first.bytes)).toBe('hel');
  expect(first).toMatchObject({ nextOffset: 4, complete: false });
  const rest = await client.readLog(`${server.address}/log/secret`, { offset: first.nextOffset });
  expect(new TextDecoder().decode(rest.bytes)).toBe('lo');
  expect(rest).toMatchObject({ nextOffset: 7, complete: true });
  expect(server.requests[0]?.url).toBe('/log/secret?limit=4&offset=0');
});

test('the token is never sent to a log address, not even on the same server', async () => {
  serveLog('/log', `${STX}x${ETX}`, () => 3);
  await client.readLog('/log');
  expect(server.requests[0]?.headers.authorization).toBeUndefined();
});

test('a growing log is followed to its end marker, also through split characters', async () => {
  const text = 'plan: ✓ zwölf Änderungen 🚀\n'.repeat(3);
  const whole = `${STX}${text}${ETX}`;
  const size = Buffer.byteLength(whole);
  serveLog('/log', whole, (call) => Math.min(size, call * 7));
  await expect(collect(client.followLog('/log', { limit: 5 }))).resolves.toBe(text);
});

test('following waits for a log that has not begun', async () => {
  serveLog('/log', `${STX}late${ETX}`, (call) => (call < 3 ? 0 : 6));
  await expect(collect(client.followLog('/log'))).resolves.toBe('late');
});

test('a phase that ended without an end marker ends the log, after a last look', async () => {
  serveLog('/log', `${STX}ab`, (call) => (call === 1 ? 2 : call === 2 ? 2 : 3));
  const text = await collect(client.followLog('/log', { isOver: () => Promise.resolve(true) }));
  expect(text).toBe('ab');
});

test("a plan's log is followed through the address in the plan, until the plan is over", async () => {
  server.on('GET /api/v2/plans/plan-1', {
    body: {
      data: {
        id: 'plan-1',
        type: 'plans',
        attributes: { status: 'unreachable', 'log-read-url': `${server.address}/log` },
      },
    },
  });
  serveLog('/log', '', () => 0);
  await expect(collect(client.plans.followLog('plan-1'))).resolves.toBe('');
  const sentToken = server.requests.map(({ url, headers }) => [url.split('?')[0], headers.authorization]);
  expect(sentToken).toContainEqual(['/api/v2/plans/plan-1', 'Bearer secret-token']);
  expect(sentToken).toContainEqual(['/log', undefined]);
});

test('an abort ends the wait for more', async () => {
  const controller = new AbortController();
  serveLog('/log', `${STX}a`, () => 2);
  const parts = client.followLog('/log', { signal: controller.signal });
  await expect(parts.next()).resolves.toEqual({ done: false, value: 'a' });
  const next = parts.next();
  controller.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
});
