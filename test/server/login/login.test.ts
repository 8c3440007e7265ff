import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

const newVerifier = (): string => randomBytes(32).toString('base64url');
const REDIRECT = 'http://localhost:10003/login';

const parameters = (verifier: string): Record<string, string> => ({
  client_id: 'terraform-cli',
  response_type: 'code',
  redirect_uri: REDIRECT,
  code_challenge_method: 'S256',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  state: '"><script>alert(1)</script>',
});

const post = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  await fetch(`${server.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  });

async function signIn(verifier: string, token = ADMIN_TOKEN): Promise<URL> {
  const answer = await post('/oauth/authorize', { ...parameters(verifier), token });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location') ?? '');
}

async function exchange(code: string, verifier: string, change: Record<string, string> = {}) {
  const answer = await post('/oauth/token', {
    client_id: 'terraform-cli',
    grant_type: 'authorization_code',
    redirect_uri: REDIRECT,
    code_verifier: verifier,
    code,
    ...change,
  });
  return {
    status: answer.status,
    caching: answer.headers.get('cache-control'),
    body: (await answer.json()) as Record<string, string>,
  };
}

async function codeFor(verifier: string): Promise<string> {
  return (await signIn(verifier)).searchParams.get('code') ?? '';
}

test('a token of terraform login and one of the pages end after two years, as other tokens do', async () => {
  const verifier = newVerifier();
  await exchange(await codeFor(verifier), verifier);
  const user = (await server.call('GET', '/api/v2/account/details')).body.data.id;
  const path = `/api/v2/users/${user}/authentication-tokens`;
  const made = await server.call('POST', path, { data: { attributes: { description: 'of the page' } } });
  expect(made.status).toBe(201);
  const tokens = (await server.call('GET', path)).body.data;
  for (const description of ['terraform login', 'of the page']) {
    const token = tokens.find(({ attributes }) => attributes['description'] === description);
    const days = (Date.parse(String(token?.attributes['expired-at'])) - Date.now()) / (24 * 3_600_000);
    expect([description, Math.round(days)]).toEqual([description, 730]);
  }
});

describe('the page of terraform login', () => {
  test('runs no script, cannot be framed, and shows its parameters as text', async () => {
    const query = new URLSearchParams(parameters(newVerifier())).toString();
    const answer = await fetch(`${server.url}/oauth/authorize?${query}`);
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('http://localhost:10003');
    expect(text).not.toContain('<script');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    expect(policy).toContain("form-action 'self' http://localhost:10003;");
    expect(policy).toContain("frame-ancestors 'none'");
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(text) ?? [];
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
  });

  test('never redirects elsewhere: a wrong redirect is answered with a page', async () => {
    const query = { ...parameters(newVerifier()), redirect_uri: 'http://evil.example:10000/login' };
    for (const answer of [
      await fetch(`${server.url}/oauth/authorize?${new URLSearchParams(query).toString()}`),
      await post('/oauth/authorize', { ...query, token: ADMIN_TOKEN }),
    ]) {
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      expect(await answer.text()).toContain('redirect_uri must be');
    }
  });
});

describe('signing in for terraform', () => {
  test('gives the user a new token in exchange for a code', async () => {
    await server.addUser('ada', []);
    const verifier = newVerifier();
    const location = await signIn(verifier, await server.addUser('grace', []));
    expect(location.origin + location.pathname).toBe(REDIRECT);
    expect(location.searchParams.get('state')).toBe(parameters(verifier)['state']);
    const { status, body, caching } = await exchange(location.searchParams.get('code') ?? '', verifier);
    expect([status, body['token_type'], caching]).toEqual([200, 'bearer', 'no-store']);
    const details = await server.call('GET', '/api/v2/account/details', undefined, body['access_token']);
    expect(details.body.data.attributes['username']).toBe('grace');
    const tokens = await server.call(
      'GET',
      `/api/v2/users/${details.body.data.id}/authentication-tokens`,
      undefined,
      body['access_token'],
    );
    expect(tokens.body.data.map(({ attributes }) => attributes['description'])).toContain('terraform login');
  });

  test.each([
    ['a wrong token', 'not-a-token'],
    ['no token', ''],
    ["a runner's token", AGENT_TOKEN],
  ])('with %s shows the page again, and gives no code', async (_what, token) => {
    const answer = await post('/oauth/authorize', { ...parameters(newVerifier()), token });
    expect([answer.status, answer.headers.get('location')]).toEqual([401, null]);
    expect(await answer.text()).toContain('not the token of a user');
  });

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
  ])('from a form of another site is refused: %j', async (headers) => {
    const form = { ...parameters(newVerifier()), token: ADMIN_TOKEN };
    expect((await post('/oauth/authorize', form, headers)).status).toBe(400);
    expect((await post('/oauth/authorize', form, { origin: server.url })).status).toBe(303);
  });
});

describe('a code', () => {
  test('works once', async () => {
    const verifier = newVerifier();
    const code = await codeFor(verifier);
    const answers = await Promise.all([exchange(code, verifier), exchange(code, verifier)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(await exchange(code, verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test.each([
    ['another verifier', { code_verifier: newVerifier() }],
    ['another redirect', { redirect_uri: 'http://localhost:10004/login' }],
  ])('is used up by an attempt with %s', async (_what, change) => {
    const verifier = newVerifier();
    const code = await codeFor(verifier);
    expect(await exchange(code, verifier, change)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await exchange(code, verifier)).status).toBe(400);
  });

  test('is invalid after a minute', async () => {
    const verifier = newVerifier();
    const code = await codeFor(verifier);
    const { db } = server.platform;
    const rows = await db.selectFrom('login_code').selectAll().orderBy('created_at', 'desc').execute();
    expect(rows.map(({ code_hash }) => code_hash)).not.toContain(code);
    const [newest] = rows;
    const validMs = (newest?.expires_at.getTime() ?? 0) - (newest?.created_at.getTime() ?? 0);
    expect(validMs).toBeLessThanOrEqual(61_000);
    await server.platform.db.updateTable('login_code').set({ expires_at: new Date() }).execute();
    expect((await exchange(code, verifier)).body).toEqual({ error: 'invalid_grant' });
  });

  test.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code' }, 'invalid_request'],
  ])('of a wrong request is refused with the error of OAuth: %j', async (form, error) => {
    const answer = await post('/oauth/token', form);
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });
});

test('a person who must paste a token finds a page for it, and no form that accepts tokens', async () => {
  const page = await fetch(`${server.url}/app/settings/tokens?source=terraform-login`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')]);
  const answer = await post('/app/settings/tokens', { token: ADMIN_TOKEN, description: 'my laptop' });
  expect([404, 405]).toContain(answer.status);
});
