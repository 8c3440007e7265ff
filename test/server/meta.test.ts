import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

const ask = async (path: string) => await server.call('GET', path, undefined, null);

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
])('%s says that it is %s', async (path, said) => {
  expect(await ask(path)).toMatchObject({ status: 200, body: { status: said } });
});

test('the metrics count requests by their routes', async () => {
  const { status, text } = await ask('/metrics');
  expect(status).toBe(200);
  expect(text).toMatch(/route="\/healthz"/);
});
