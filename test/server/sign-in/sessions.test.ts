import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readyWorkspace, runBody, uniqueName } from '../../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';
import { openSession, send, signIn, type WebSession } from '../../support/web-session.ts';

let server: TestServer;
let admin: WebSession;
beforeAll(async () => {
  server = await startTestServer();
  admin = await openSession(server, { token: ADMIN_TOKEN });
});
afterAll(async () => await server.close());

const ACCOUNT = '/api/v2/account/details';
const attributes = (values: object) => ({ data: { attributes: values } });
const ORGANIZATIONS = '/api/v2/organizations';
const newOrganization = () => ({
  data: { type: 'organizations', attributes: { name: uniqueName('org'), email: 'a@example.com' } },
});

describe('a session', () => {
  test('is a cookie that scripts and other sites cannot read, and that the database does not reveal', async () => {
    const answer = await signIn(server, { token: ADMIN_TOKEN });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^rw_session=[^;]{60,}; Path=\/; HttpOnly; SameSite=Lax$/);
    const [secret = ''] = /(?<==)[^;]+/.exec(cookie) ?? [];
    const rows = await server.platform.db.selectFrom('session').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(answer.text).not.toContain(secret);
  });

  test('calls the API as the person who signed in', async () => {
    const account = await admin.call('GET', ACCOUNT);
    expect([account.status, account.body.data.attributes['username']]).toEqual([200, 'admin']);
    const session = await admin.call('GET', '/api/v2/session');
    expect(session.body.data).toMatchObject({
      id: admin.id,
      attributes: { method: 'token', current: true, 'csrf-token': admin.csrf },
    });
  });

  test('gives runs the source tfe-ui, and a token beside the cookie takes precedence', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const byPage = await admin.call('POST', '/api/v2/runs', runBody(workspaceId));
    expect([byPage.status, byPage.body.data.attributes['source']]).toEqual([201, 'tfe-ui']);
    const authorization = `Bearer ${ADMIN_TOKEN}`;
    const byToken = await admin.call('POST', '/api/v2/runs', runBody(workspaceId), { authorization });
    expect([byToken.status, byToken.body.data.attributes['source']]).toEqual([201, 'tfe-api']);
    const wrong = await admin.call('GET', ACCOUNT, undefined, { authorization: 'Bearer nothing' });
    expect(wrong.status).toBe(401);
  });

  test.each([
    ['without the header', { 'x-runwright-csrf': '' }],
    ['with the header of another session', { 'x-runwright-csrf': 'x'.repeat(43) }],
    ['of another site, as its browser says', { 'sec-fetch-site': 'cross-site' }],
    ['of a site beside this one', { 'sec-fetch-site': 'same-site' }],
    ['of another origin', { origin: 'https://evil.example' }],
    ['of an origin that is hidden', { origin: 'null' }],
    ['of another port', { origin: 'http://127.0.0.1:1' }],
    ['of nobody knows where', { origin: '' }],
  ])('changes nothing for a request %s', async (_what, headers) => {
    const answer = await admin.call('POST', ORGANIZATIONS, newOrganization(), headers);
    expect([answer.status, answer.body.errors?.[0]?.title]).toEqual([403, 'forbidden']);
    expect((await admin.call('DELETE', '/api/v2/session', undefined, headers)).status).toBe(403);
  });

  test('changes what a page of this server asks for', async () => {
    const bySite = { origin: '', 'sec-fetch-site': 'same-origin' };
    for (const headers of [{}, bySite]) {
      expect((await admin.call('POST', ORGANIZATIONS, newOrganization(), headers)).status).toBe(201);
    }
  });

  test('gives access to the API and to module documentation, and to nothing else', async () => {
    const headers = { cookie: admin.cookie };
    const module = `/api/registry/v1/modules/${(await readyWorkspace(server)).organization}/none/aws`;
    expect((await admin.call('GET', module)).status).toBe(404);
    expect((await fetch(server.url + module)).status).toBe(401);
    expect((await admin.call('GET', '/api/registry/private/v2/gpg-keys')).status).toBe(401);
    for (const path of ['/mcp', '/metrics', '/api/agent/v1/claim']) {
      const answer = await fetch(`${server.url}${path}`, {
        method: path === '/metrics' ? 'GET' : 'POST',
        headers,
      });
      expect([path, [401, 404].includes(answer.status)]).toEqual([path, true]);
    }
  });

  test('ends with signing out, also for a copy of the cookie', async () => {
    const session = await openSession(server, { token: ADMIN_TOKEN });
    const out = await session.call('DELETE', '/api/v2/session');
    expect([out.status, out.headers.get('set-cookie'), out.headers.get('clear-site-data')]).toEqual([
      204,
      'rw_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
      '"cache", "storage"',
    ]);
    expect((await session.call('GET', ACCOUNT)).status).toBe(401);
    expect((await session.call('POST', ORGANIZATIONS, newOrganization())).status).toBe(401);
  });

  test('never adopts a secret that the browser already had', async () => {
    const planted = 'rw_session=planted-by-somebody-else';
    const answer = await signIn(server, { token: ADMIN_TOKEN }, { cookie: planted });
    expect(answer.headers.get('set-cookie')).not.toContain('planted');
    expect((await send(server, 'GET', ACCOUNT, undefined, { cookie: planted })).status).toBe(401);
  });

  test('ends when its browser signs in again', async () => {
    const first = await openSession(server, { token: ADMIN_TOKEN });
    await signIn(server, { token: ADMIN_TOKEN }, { cookie: first.cookie });
    expect((await first.call('GET', ACCOUNT)).status).toBe(401);
  });

  test('ends with the token that it was opened with', async () => {
    const token = await server.addUser(uniqueName('person'), []);
    const session = await openSession(server, { token });
    const user = (await session.call('GET', ACCOUNT)).body.data.id;
    const listed = await server.call('GET', `/api/v2/users/${user}/authentication-tokens`, undefined, token);
    await server.call('DELETE', `/api/v2/authentication-tokens/${listed.body.data[0]?.id}`);
    expect((await session.call('GET', ACCOUNT)).status).toBe(401);
  });

  test('that was opened with a short-lived token makes no token that outlives it, and no password', async () => {
    const own = (await server.call('GET', ACCOUNT)).body.data.id;
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const path = `/api/v2/users/${own}/authentication-tokens`;
    const short = await server.call('POST', path, attributes({ description: 'short', 'expired-at': end }));
    const session = await openSession(server, { token: String(short.body.data.attributes['token']) });
    const made = await session.call('POST', path, attributes({ description: 'of the session' }));
    expect([made.status, made.body.data.attributes['expired-at']]).toEqual([201, end]);
    const expires = (await session.call('GET', '/api/v2/session')).body.data.attributes['expires-at'];
    expect(expires).toBe(end);
    const password = attributes({ password: 'a long enough password' });
    expect((await session.call('PATCH', '/api/v2/account/password', password)).status).toBe(403);
  });

  test.each([
    ['is not used for as long as the organization says', { session_timeout_minutes: 10 }, 'last_used_at', 11],
    ['is as old as the organization says', { session_remember_minutes: 60 }, 'created_at', 61],
    ['is two weeks old, where nobody says', {}, 'created_at', 20_161],
  ] as const)('expires when it %s', async (_what, settings, column, minutes) => {
    const { db } = server.platform;
    const { organization } = await readyWorkspace(server);
    if (Object.keys(settings).length > 0)
      await db.updateTable('organization').set(settings).where('name', '=', organization).execute();
    const token = await server.addUser(uniqueName('person'), [organization]);
    const session = await openSession(server, { token });
    const age = async (back: number) =>
      await db
        .updateTable('session')
        .set({ [column]: new Date(Date.now() - back * 60_000) })
        .where('id', '=', session.id)
        .execute();
    await age(minutes - 2);
    expect((await session.call('GET', ACCOUNT)).status).toBe(200);
    await age(minutes);
    expect((await session.call('GET', ACCOUNT)).status).toBe(401);
  });

  test("has access to an organization that refuses users' tokens", async () => {
    const { organization } = await readyWorkspace(server);
    const path = `${ORGANIZATIONS}/${organization}/workspaces`;
    const token = await server.addUser(uniqueName('person'), [organization]);
    const session = await openSession(server, { token });
    await server.platform.db
      .updateTable('organization')
      .set({ user_tokens_enabled: false })
      .where('name', '=', organization)
      .execute();
    expect((await session.call('GET', path)).status).toBe(200);
    expect((await server.call('GET', path, undefined, token)).status).toBe(401);
  });

  test('is listed, and its owner can end the others', async () => {
    const token = await server.addUser(uniqueName('person'), []);
    const [here, there, elsewhere] = [
      await openSession(server, { token }),
      await openSession(server, { token }),
      await openSession(server, { token }),
    ];
    const path = '/api/v2/account/sessions';
    const listed = (await here.call('GET', path)).body.data;
    expect(listed.map(({ id, attributes: { current } }) => [id, current]).toSorted()).toEqual(
      [
        [here.id, true],
        [there.id, false],
        [elsewhere.id, false],
      ].toSorted(),
    );
    // Sessions of other users are left alone.
    const named = {
      data: [
        { type: 'sessions', id: there.id },
        { type: 'sessions', id: admin.id },
      ],
    };
    expect((await here.call('DELETE', path, named)).status).toBe(204);
    expect((await there.call('GET', ACCOUNT)).status).toBe(401);
    expect((await admin.call('GET', ACCOUNT)).status).toBe(200);
    expect((await here.call('DELETE', path)).status).toBe(204);
    expect((await elsewhere.call('GET', ACCOUNT)).status).toBe(401);
    expect((await here.call('GET', ACCOUNT)).status).toBe(200);
  });

  test('is not opened by a page of another site, nor over the network without TLS', async () => {
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      expect((await signIn(server, { token: ADMIN_TOKEN }, headers)).status).toBe(403);
    }
    const { publicUrl } = server.platform;
    server.platform.publicUrl = 'https://runs.example.com';
    try {
      const overPlainHttp = await signIn(server, { token: ADMIN_TOKEN });
      expect([overPlainHttp.status, overPlainHttp.text]).toEqual([
        422,
        expect.stringContaining('https://runs.example.com/app'),
      ]);
      const throughProxy = await signIn(
        server,
        { token: ADMIN_TOKEN },
        { origin: 'https://runs.example.com' },
      );
      expect(throughProxy.headers.get('set-cookie')).toMatch(
        /^__Host-rw_session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
    } finally {
      server.platform.publicUrl = publicUrl;
    }
  });

  test.each([
    [{}, 422],
    [{ username: 'admin' }, 422],
    [{ username: 'admin', password: 'x', token: 'y' }, 422],
    [{ token: '' }, 422],
    [{ token: 5 }, 422],
    [{ token: 'no token at all' }, 401],
    [{ username: 'admin', password: 'a password of nobody' }, 401],
  ])('is not opened with %j', async (credentials, status) => {
    const answer = await signIn(server, credentials as { token: string });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
  });
});
