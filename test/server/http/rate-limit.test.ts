import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, readyWorkspace } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type ApiAnswer, type TestServer } from '../../support/server.ts';

const LIMIT = 20;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RUNWRIGHT_RATE_LIMIT: String(LIMIT) });
});
afterAll(async () => await server.close());

/** Enough requests at once to exceed the limit, wherever a new second begins. */
const MANY = Array.from({ length: 200 }, (_, index) => index);
const sendMany = async (send: (index: number) => Promise<ApiAnswer>) => await Promise.all(MANY.map(send));

const setLimiting = async (enabled: boolean, token?: string) =>
  await server.call(
    'PATCH',
    '/api/v2/admin/general-settings',
    { data: { type: 'general-settings', attributes: { 'api-rate-limiting-enabled': enabled } } },
    token,
  );

test("the limit counts a user's requests with all of their tokens, and does not affect others", async () => {
  const mine = await server.addUser('eager', []);
  const owner = await server.platform.db
    .selectFrom('users')
    .select('id')
    .where('username', '=', 'eager')
    .executeTakeFirstOrThrow();
  const second = await server.call(
    'POST',
    `/api/v2/users/${owner.id}/authentication-tokens`,
    { data: { type: 'authentication-tokens', attributes: { description: 'another' } } },
    mine,
  );
  const tokens = [mine, String(second.body.data.attributes['token'])];
  const answers = await sendMany(
    async (index) => await server.call('GET', '/api/v2/account/details', undefined, tokens[index % 2]),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(LIMIT - 1);
  for (const { body, headers } of refused) {
    expect(body).toEqual({
      errors: [
        {
          status: '429',
          code: 'too_many_requests',
          title: 'Too many requests',
          detail: "You have exceeded the API's rate limit.",
        },
      ],
    });
    expect(headers.get('x-ratelimit-limit')).toBe(String(LIMIT));
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(headers.get('x-ratelimit-reset')).toMatch(/^(0(\.\d+)?|1)$/);
  }
  expect((await server.call('GET', '/api/v2/account/details')).status).toBe(200);
});

test('guesses at a token are counted by address, whatever the forwarding headers say', async () => {
  const answers = await Promise.all(
    MANY.map(async (index) => {
      const response = await fetch(`${server.url}/api/v2/account/details`, {
        headers: { authorization: `Bearer guess-${index}`, 'x-forwarded-for': `10.0.0.${index}` },
      });
      return response.status;
    }),
  );
  expect(new Set(answers)).toEqual(new Set([401, 429]));
  expect((await server.call('GET', '/api/v2/account/details')).status).toBe(200);
});

test('behind a trusted proxy, senders are counted by the address that it names, and audited with it', async () => {
  const behind = await startTestServer({
    RUNWRIGHT_RATE_LIMIT: String(LIMIT),
    RUNWRIGHT_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8',
  });
  try {
    const send = async (token: string, forwardedFor: string, body?: unknown): Promise<number> => {
      const response = await fetch(
        `${behind.url}/api/v2/${body === undefined ? 'account/details' : 'organizations'}`,
        {
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/vnd.api+json',
            'x-forwarded-for': forwardedFor,
          },
          ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        },
      );
      return response.status;
    };
    // What the sender writes at the left, and another proxy at the right, change nothing.
    const one = await Promise.all(
      MANY.map(async (index) => await send(`guess-${index}`, `192.0.2.${index}, 203.0.113.9, 10.2.3.4`)),
    );
    expect(new Set(one)).toEqual(new Set([401, 429]));
    const network = await Promise.all(
      MANY.map(async (index) => await send(`guess-${index}`, `2001:db8:1:2::${index}`)),
    );
    expect(new Set(network)).toEqual(new Set([401, 429]));
    const others = await Promise.all(
      MANY.map(async (index) => await send(`guess-${index}`, `203.0.113.9, 198.51.100.${index}`)),
    );
    expect(new Set(others)).toEqual(new Set([401]));

    const data = { type: 'organizations', attributes: { name: 'far', email: 'far@example.com' } };
    expect(await send(ADMIN_TOKEN, '198.51.100.7', { data })).toBe(201);
    const entry = await behind.platform.db
      .selectFrom('audit_entry')
      .select('address')
      .orderBy('sequence', 'desc')
      .executeTakeFirst();
    expect(entry).toEqual({ address: '198.51.100.7' });
  } finally {
    await behind.close();
  }
});

test('runners, readers of logs and pings are not limited; a ping reports the limit', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  const plan = await server.call('GET', `/api/v2/runs/${runId}/plan`);
  const logUrl = String(plan.body.data.attributes['log-read-url']);
  const answers = [
    ...(await sendMany(async () => await server.call('GET', `${logUrl}?offset=0&limit=1`, undefined, null))),
    ...(await sendMany(async () => await server.call('GET', '/api/v2/ping', undefined, null))),
    ...(await sendMany(async () => await step.call('POST', 'heartbeat', { waitMs: 0 }))),
  ];
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 204]));
  const ping = await server.call('GET', '/api/v2/ping');
  expect(ping.headers.get('x-ratelimit-limit')).toBe(String(LIMIT));
});

test('only an administrator can switch the limit off and on', async () => {
  const off = await setLimiting(false);
  expect([off.status, off.body.data.attributes]).toEqual([
    200,
    { 'api-rate-limiting-enabled': false, 'api-rate-limit': LIMIT },
  ]);
  const answers = await sendMany(async () => await server.call('GET', '/api/v2/account/details'));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await server.call('GET', '/api/v2/ping')).headers.get('x-ratelimit-limit')).toBeNull();
  const user = await server.addUser('no-administrator', []);
  expect((await setLimiting(true, user)).status).toBe(404);
  expect((await server.call('GET', '/api/v2/admin/general-settings', undefined, user)).status).toBe(404);
  expect((await server.call('GET', '/api/v2/admin/general-settings')).body.data.attributes).toMatchObject({
    'api-rate-limiting-enabled': false,
  });
  const wrong = await server.call('PATCH', '/api/v2/admin/general-settings', {
    data: { attributes: { 'api-rate-limiting-enabled': 'no' } },
  });
  expect([wrong.status, wrong.body.errors?.[0]?.source?.pointer]).toEqual([
    422,
    '/data/attributes/api-rate-limiting-enabled',
  ]);
  expect((await setLimiting(true)).body.data.attributes).toMatchObject({ 'api-rate-limiting-enabled': true });
  const entry = await server.platform.db
    .selectFrom('audit_entry')
    .select(['action', 'after'])
    .where('resource_type', '=', 'general-settings')
    .orderBy('sequence', 'desc')
    .executeTakeFirst();
  expect(entry).toEqual({ action: 'update', after: { 'api-rate-limiting-enabled': true } });
});
