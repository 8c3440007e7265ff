/** Sign-in through a real OpenID provider that runs beside the server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CLIENT,
  createBrowser,
  startIdentityProvider,
  type IdentityProvider,
} from '../../support/identity-provider.ts';
import { createOrganization, uniqueName } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { send } from '../../support/web-session.ts';

let identity: IdentityProvider;
let server: TestServer;
beforeAll(async () => {
  identity = await startIdentityProvider();
  server = await startTestServer({
    RUNWRIGHT_OIDC_ISSUER: identity.issuer,
    RUNWRIGHT_OIDC_CLIENT_ID: CLIENT.id,
    RUNWRIGHT_OIDC_CLIENT_SECRET: CLIENT.secret,
    RUNWRIGHT_OIDC_NAME: 'Acme',
    RUNWRIGHT_OIDC_CREATE_USERS: 'on',
    RUNWRIGHT_OIDC_TRUST_EMAIL: 'on',
    RUNWRIGHT_OIDC_DOMAINS: 'example.com,example.org',
    RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1',
  });
  identity.serve(`${server.url}/auth/oidc/callback`);
});
afterAll(async () => {
  await server.close();
  await identity.close();
});

const ACCOUNT = '/api/v2/account/details';
const isApp = (url: string): boolean => new URL(url).pathname.startsWith('/app');
const isCallback = (url: string): boolean => new URL(url).pathname === '/auth/oidc/callback';

/** A person at the provider who is unknown here. */
const stranger = (claims: object = {}) => {
  const sub = uniqueName('person');
  return { sub, email: `${sub}@example.com`, email_verified: true, preferred_username: sub, ...claims };
};

async function signIn(account: IdentityProvider['account'], back = '/app/acme?tab=log') {
  identity.account = account;
  const browser = createBrowser();
  const start = `${server.url}/auth/oidc/start?return=${encodeURIComponent(back)}`;
  const { url, answer } = await browser.follow(start, isApp);
  const secret = browser.cookiesOf(server.url).get('rw_session');
  const cookie = secret === undefined ? undefined : `rw_session=${secret}`;
  return { browser, url, answer, cookie };
}

async function accountOf(cookie: string | undefined) {
  const { status, body } = await send(server, 'GET', ACCOUNT, undefined, { cookie: cookie ?? '' });
  return { status, id: body.data?.id, username: body.data?.attributes['username'] };
}

/** The callback address to which the provider redirects, not visited yet. */
async function callbackOf(account: IdentityProvider['account']) {
  identity.account = account;
  const browser = createBrowser();
  const { url } = await browser.follow(`${server.url}/auth/oidc/start`, isCallback);
  return { browser, url: new URL(url) };
}

describe('an account at the provider', () => {
  test('opens a session for a new user, and leads back to the page that was asked for', async () => {
    const account = stranger();
    const first = await signIn(account);
    expect(first.url).toBe(`${server.url}/app/acme?tab=log`);
    const user = await accountOf(first.cookie);
    expect(user).toMatchObject({ status: 200, username: account.sub });
    expect(first.browser.cookiesOf(server.url).has('rw_login')).toBe(false);
    // From then on the subject identifies the user, whatever the address is.
    const later = await signIn({ ...account, email: 'elsewhere@unknown.example', email_verified: false });
    expect((await accountOf(later.cookie)).id).toBe(user.id);
    const methods = await server.call('GET', '/api/v2/sign-in-methods', undefined, null);
    expect(methods.body.data.attributes).toMatchObject({
      password: true,
      'oidc-name': 'Acme',
      'oidc-address': '/auth/oidc/start',
    });
  });

  test('never leads to another server', async () => {
    const { url } = await signIn(stranger(), '//evil.example/app');
    expect(url).toBe(`${server.url}/app`);
  });

  test('joins the user with an address that the provider has verified', async () => {
    const username = uniqueName('known');
    const organization = await createOrganization(server);
    const token = await server.addUser(username, [organization], { as: 'member' });
    const { id } = (await server.call('GET', ACCOUNT, undefined, token)).body.data;
    const { cookie } = await signIn(stranger({ email: `${username.toUpperCase()}@example.com` }));
    expect((await accountOf(cookie)).id).toBe(id);
    // A second account with the same address does not join.
    const second = await signIn(stranger({ email: `${username}@example.com` }));
    expect([second.answer.status, second.cookie]).toEqual([403, undefined]);
  });

  test.each([
    ['is not checked', false],
    ['is checked in words only', 'true'],
    ['nobody says anything of', undefined],
  ])('does not join the user with an address that %s', async (_what, email_verified) => {
    const username = uniqueName('known');
    await server.addUser(username, []);
    const { answer, cookie } = await signIn(stranger({ email: `${username}@example.com`, email_verified }));
    expect([answer.status, cookie]).toEqual([403, undefined]);
  });

  test('does not join an owner or an administrator', async () => {
    const username = uniqueName('owner');
    await server.addUser(username, [await createOrganization(server)]);
    expect((await signIn(stranger({ email: `${username}@example.com` }))).answer.status).toBe(403);
    const admin = uniqueName('admin');
    await server.addUser(admin, []);
    const { db } = server.platform;
    await db.updateTable('users').set({ is_site_admin: true }).where('username', '=', admin).execute();
    expect((await signIn(stranger({ email: `${admin}@example.com` }))).answer.status).toBe(403);
  });

  test.each([
    ['of another domain', { email: 'a@evil.example' }],
    ['of a domain that ends alike', { email: 'a@notexample.com' }],
    ['without an address', { email: undefined }],
  ])('%s is refused if it is unknown', async (_what, claims) => {
    const { answer, cookie } = await signIn(stranger(claims));
    expect([answer.status, cookie]).toEqual([403, undefined]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('groups', () => {
  const teamsOf = async (userId: string) =>
    (
      await server.platform.db
        .selectFrom('team_member')
        .innerJoin('team', 'team.id', 'team_member.team_id')
        .select(['team.name', 'team_member.origin'])
        .where('user_id', '=', userId)
        .execute()
    )
      .map(({ name, origin }) => `${name} by ${origin}`)
      .toSorted();

  test('add to teams of their names and remove again, but leave memberships given by people alone', async () => {
    const organization = await createOrganization(server);
    const newTeam = async (name: string, attributes: object = {}) => {
      const body = { data: { type: 'teams', attributes: { name, ...attributes } } };
      const path = `/api/v2/organizations/${organization}/teams`;
      return (await server.call('POST', path, body)).body.data.id;
    };
    await newTeam('developers');
    await newTeam('Developers2');
    await newTeam('by-id', { 'sso-team-id': 'group-4711' });
    const given = await newTeam('given');
    const username = uniqueName('member');
    const token = await server.addUser(username, [organization], { as: 'member' });
    const { id } = (await server.call('GET', ACCOUNT, undefined, token)).body.data;
    const users = { data: [{ type: 'users', id: username }] };
    await server.call('POST', `/api/v2/teams/${given}/relationships/users`, users);
    const account = stranger({ email: `${username}@example.com` });

    const groups = ['developers', 'developers2', 'group-4711', 'owners', 'Owners', 'given', 'unknown'];
    await signIn({ ...account, groups });
    const all = ['by-id by group', 'developers by group', 'given by person'];
    expect(await teamsOf(id)).toEqual(all);
    // A missing claim is not the same as an empty one.
    await signIn(account);
    expect(await teamsOf(id)).toEqual(all);
    await signIn({ ...account, groups: ['developers'] });
    expect(await teamsOf(id)).toEqual(['developers by group', 'given by person']);
    await signIn({ ...account, groups: [] });
    expect(await teamsOf(id)).toEqual(['given by person']);
  });

  test('do not add to an organization that the person is not a member of', async () => {
    const organization = await createOrganization(server);
    const body = { data: { type: 'teams', attributes: { name: 'everybody' } } };
    await server.call('POST', `/api/v2/organizations/${organization}/teams`, body);
    const { cookie } = await signIn(stranger({ groups: ['everybody'] }));
    expect(await teamsOf((await accountOf(cookie)).id)).toEqual([]);
  });
});

describe('the callback of the provider', () => {
  test('is accepted only in the browser that started the sign-in', async () => {
    const { url } = await callbackOf(stranger());
    const elsewhere = createBrowser();
    const answer = await elsewhere.visit(url.href);
    expect([answer.status, elsewhere.cookiesOf(server.url).has('rw_session')]).toEqual([400, false]);
  });

  test('is accepted once', async () => {
    const { browser, url } = await callbackOf(stranger());
    expect((await browser.visit(url.href)).status).toBe(303);
    expect((await browser.visit(url.href)).status).toBe(400);
  });

  test.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'x'.repeat(43))],
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['two states', (url: URL) => url.searchParams.append('state', 'another')],
    ['another code', (url: URL) => url.searchParams.set('code', 'of-somebody-else')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['an error in markup', (url: URL) => url.searchParams.set('error', '<script>alert(1)</script>')],
  ])('with %s opens no session', async (_what, change) => {
    const { browser, url } = await callbackOf(stranger());
    change(url);
    const answer = await browser.visit(url.href);
    expect([answer.status, browser.cookiesOf(server.url).has('rw_session')]).toEqual([400, false]);
    expect(await answer.text()).not.toContain('alert(1)');
  });

  test('with the code of another browser opens no session', async () => {
    const victim = await callbackOf(stranger());
    const thief = await callbackOf(stranger());
    thief.url.searchParams.set('code', victim.url.searchParams.get('code') ?? '');
    expect((await thief.browser.visit(thief.url.href)).status).toBe(400);
  });

  test.each(['', 'x', 'rw_login'])('with the cookie %j is answered with a page', async (value) => {
    const answer = await fetch(`${server.url}/auth/oidc/callback?code=x&state=y`, {
      headers: { cookie: `rw_login=${value}` },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
  });
});

test('an unreachable provider is reported, and passwords and tokens still work', async () => {
  const away = await startTestServer({
    RUNWRIGHT_OIDC_ISSUER: 'http://127.0.0.1:9',
    RUNWRIGHT_OIDC_CLIENT_ID: 'x',
    RUNWRIGHT_OIDC_CLIENT_SECRET: 'y',
  });
  try {
    // A provider on an address that this server may not call is reported in the same way.
    const answer = await fetch(`${away.url}/auth/oidc/start`, { redirect: 'manual' });
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining('password or a token'),
    ]);
  } finally {
    await away.close();
  }
});
