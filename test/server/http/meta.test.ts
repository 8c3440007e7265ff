import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pino from 'pino';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

const METRICS_TOKEN = 'metrics-token-of-this-test';
let server: TestServer;
const logged: string[] = [];
beforeAll(async () => {
  const log = pino({ level: 'debug' }, { write: (line) => logged.push(line) });
  server = await startTestServer({ RUNWRIGHT_METRICS_TOKEN: METRICS_TOKEN }, log);
});
afterAll(async () => await server.close());

const ask = async (path: string, token: string | null = null) =>
  await server.call('GET', path, undefined, token);

test("terraform finds the server's services without a token", async () => {
  const { status, body } = await ask('/.well-known/terraform.json');
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({
      'tfe.v2': '/api/v2/',
      'tfe.v2.1': '/api/v2/',
      'tfe.v2.2': '/api/v2/',
      'state.v2': '/api/v2/',
      'login.v1': expect.objectContaining({ authz: '/oauth/authorize', token: '/oauth/token' }),
    }),
  ]);
});

test.each([
  ['/healthz', 'ok'],
  ['/readyz', 'ready'],
])('%s answers %s', async (path, said) => {
  expect(await ask(path)).toMatchObject({ status: 200, body: { status: said } });
});

test('the metrics count requests by their routes', async () => {
  const { status, text } = await ask('/metrics', ADMIN_TOKEN);
  expect(status).toBe(200);
  expect(text).toMatch(/route="\/healthz"/);
  expect(text).toMatch(/^runwright_notifications_waiting 0$/m);
  expect(text).not.toContain(process.version);
});

test('the page about monitoring names each of the metrics, and no other', async () => {
  const page = await readFile(new URL('../../../docs/monitoring.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/^\| `(runwright_\w+)` /gm)].map(([, name]) => name);
  const { text } = await ask('/metrics', ADMIN_TOKEN);
  const there = [...text.matchAll(/^# TYPE (runwright_\w+) /gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(there.toSorted());
});

test.each([null, 'a-wrong-token', 'metrics-token-of-this-tes'])(
  'the metrics are refused with the token %s',
  async (token) => {
    expect((await ask('/metrics', token)).status).toBe(401);
  },
);

test('the metrics accept their own token, which is accepted nowhere else', async () => {
  expect((await ask('/metrics', METRICS_TOKEN)).status).toBe(200);
  expect((await ask('/api/v2/account/details', METRICS_TOKEN)).status).toBe(401);
});

test('the log has the actor and the result of each request, and none of its secrets', async () => {
  const details = await server.call('GET', '/api/v2/account/details?x=in-the-query');
  const lost = await server.call('GET', '/api/v2/runs/run-of-nobody');
  await server.call('GET', '/api/v2/account/details', undefined, 'a-wrong-token');
  const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  const of = (answer: { headers: Headers }) =>
    lines.find(({ reqId }) => reqId === answer.headers.get('x-request-id'));
  const actor = details.body.data.id;
  const ms = expect.any(Number);
  expect(of(details)).toMatchObject({
    method: 'GET',
    route: '/api/v2/account/details',
    status: 200,
    actor,
    ms,
  });
  expect(of(lost)).toMatchObject({ route: '/api/v2/runs/:id', status: 404, actor });
  expect(lines.find(({ status }) => status === 401)).not.toHaveProperty('actor');
  for (const secret of [ADMIN_TOKEN, 'a-wrong-token', 'in-the-query', 'run-of-nobody']) {
    expect(logged.join('')).not.toContain(secret);
  }
});
