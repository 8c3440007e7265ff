import { afterAll, beforeAll, expect, test } from 'vitest';
import { allEndpoints } from '../../../src/server/server.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

/** Headers that clients read on every answer (api-contract §1.3). */
const HEADERS = {
  'tfp-api-version': '2.6',
  'tfp-appname': 'Terraform Enterprise',
  'x-tfe-version': 'v202509-1',
  'x-server-name': 'Runwright',
};
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Seen {
  status: number;
  headers: Headers;
}

function expectHeaders(what: string, { headers }: Seen): void {
  for (const [name, value] of Object.entries(HEADERS)) {
    expect([what, name, headers.get(name)]).toEqual([what, name, value]);
  }
  expect([what, headers.get('x-request-id')]).toEqual([what, expect.stringMatching(UUID)]);
}

const url = (pattern: string): string => pattern.replaceAll(/:[A-Za-z]+/g, 'nobody');

test('every route sends the headers of the API, with and without a token', async () => {
  const seen = new Set<number>();
  for (const { method, url: pattern } of allEndpoints(server.platform)) {
    for (const token of [null, ADMIN_TOKEN]) {
      const answer = await server.call(method, url(pattern), undefined, token);
      expectHeaders(`${method} ${pattern}`, answer);
      seen.add(answer.status);
    }
  }
  expect([...seen]).toEqual(expect.arrayContaining([200, 401, 404, 422]));
});

test.each([
  ['an unknown path', 'GET', '/api/v2/nothing', 404],
  ['a method that no path has', 'PROPFIND', '/api/v2/runs/run-1', 404],
  ['a path that is too long', 'GET', `/api/v2/runs/${'x'.repeat(2_000)}`, 404],
])('%s is refused with the headers of the API', async (what, method, path, status) => {
  const answer = await server.call(method, path);
  expectHeaders(what, answer);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    'application/vnd.api+json; charset=utf-8',
  ]);
  expect(answer.body.errors?.[0]?.status).toBe(String(status));
});

test('an internal failure has the headers of the API and no cause', async () => {
  const { db } = server.platform;
  await db.schema.alterTable('organization').renameTo('organization_elsewhere').execute();
  try {
    const response = await fetch(`${server.url}/api/v2/organizations`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expectHeaders('a failure', response);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      errors: [{ status: '500', code: 'internal', title: 'internal server error' }],
    });
    server.answers.expectMismatch(/organizations 500/);
  } finally {
    await db.schema.alterTable('organization_elsewhere').renameTo('organization').execute();
  }
});

test('a trailing slash changes nothing, and HEAD is GET without the body', async () => {
  expect((await server.call('GET', '/api/v2/account/details/')).status).toBe(200);
  const head = await server.call('HEAD', '/api/v2/account/details');
  expectHeaders('HEAD', head);
  expect([head.status, head.text]).toEqual([200, '']);
});

test.each([
  ['a method that no route has', 'PUT', '/api/v2/organizations', {}, 404],
  ['a question what is allowed', 'OPTIONS', '/api/v2/organizations', {}, 404],
  [
    'an answer in another format',
    'GET',
    '/api/v2/organizations',
    { accept: 'text/html, image/*;q=0.1' },
    200,
  ],
  ['an answer in no format', 'GET', '/api/v2/organizations', { accept: 'nonsense/;;q=x,,' }, 200],
  ['a page size given twice', 'GET', '/api/v2/organizations?page[size]=2&page[size]=3', {}, 200],
  ['a page size that is no number', 'GET', '/api/v2/organizations?page[size]=many&page[number]=-1', {}, 200],
  ['an unknown query key', 'GET', '/api/v2/organizations?nonsense[of][a]=b&&=&%00', {}, 200],
  ['a body in another format', 'POST', '/api/v2/organizations', { 'content-type': 'text/plain' }, 415],
  ['a body of no format', 'POST', '/api/v2/organizations', { 'content-type': 'nonsense' }, 415],
])('%s: %s %s gets a document of the API', async (_what, method, path, headers, status) => {
  const answer = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
    ...(method === 'POST' ? { body: '{}' } : {}),
  });
  const document = (await answer.json()) as { data?: unknown[]; errors?: { status: string }[] };
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    'application/vnd.api+json; charset=utf-8',
  ]);
  if (status === 200) expect(document.data).toBeInstanceOf(Array);
  else expect(document.errors).toMatchObject([{ status: String(status) }]);
});

test('a body that is too large is refused', async () => {
  const big = JSON.stringify({ data: 'x'.repeat(2 * 1024 * 1024) });
  const answer = await server.call('POST', '/api/v2/organizations', big);
  expect([answer.status, answer.body.errors?.[0]?.title]).toEqual([413, 'payload too large']);
});
