import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuesses } from '../../../src/server/sign-in/guesses.ts';
import { uniqueName } from '../../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';
import { choosePassword, newPerson, PASSWORD, resetPassword } from '../../support/session-calls.ts';
import { openSession, send, signIn, type WebSession } from '../../support/web-session.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

const ACCOUNT = '/api/v2/account/details';
const attributes = (values: object) => ({ data: { attributes: values } });
const OTHER = 'another long password';

async function personWithPassword(): Promise<{ id: string; username: string; session: WebSession }> {
  const username = uniqueName('person');
  const { id } = (await newPerson(server, username)).body.data;
  const { code } = (await resetPassword(server, id)).body.data.attributes;
  expect((await choosePassword(server, String(code))).status).toBe(204);
  return { id, username, session: await openSession(server, { username, password: PASSWORD }) };
}

const change = async (session: WebSession, values: object) =>
  await session.call('PATCH', '/api/v2/account/password', attributes(values));

describe('a password', () => {
  test('is chosen once with the code of an administrator, and opens a session by name or e-mail address', async () => {
    const { id, username, session } = await personWithPassword();
    expect((await session.call('GET', ACCOUNT)).body.data.id).toBe(id);
    const byAddress = await signIn(server, { username: `${username}@EXAMPLE.com`, password: PASSWORD });
    expect(byAddress.status).toBe(201);
    const rows = await server.platform.db.selectFrom('password').selectAll().execute();
    expect(rows.every(({ hash }) => hash.startsWith('$scrypt$ln=15,r=8,p=3$'))).toBe(true);
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });

  test('does not exist before that: nobody can sign in to an account without one', async () => {
    const username = uniqueName('person');
    await newPerson(server, username);
    for (const password of ['', ' ', username, 'admin', 'null', 'undefined']) {
      expect((await signIn(server, { username, password })).status).toBe(password === '' ? 422 : 401);
    }
  });

  test('is refused like an unknown name if it is wrong', async () => {
    const { username } = await personWithPassword();
    const wrong = await signIn(server, { username, password: OTHER });
    const unknown = await signIn(server, { username: uniqueName('nobody'), password: OTHER });
    expect([wrong.status, wrong.text]).toEqual([401, unknown.text]);
  });

  test('is the same in every Unicode form of its characters', async () => {
    const username = uniqueName('person');
    const { id } = (await newPerson(server, username)).body.data;
    const { code } = (await resetPassword(server, id)).body.data.attributes;
    await choosePassword(server, String(code), 'Gr\u00fc\u00dfe aus K\u00f6ln');
    const password = 'Gru\u0308\u00dfe aus Ko\u0308ln';
    expect((await signIn(server, { username, password })).status).toBe(201);
  });

  test.each([
    ['eleven char', 'must have at least 12 characters'],
    ['x'.repeat(257), 'must have at most 256 characters'],
    ['abababababababab', 'must have at least 5 different characters'],
  ])('%s is refused: %s', async (password, detail) => {
    const { id } = (await newPerson(server)).body.data;
    const code = String((await resetPassword(server, id)).body.data.attributes['code']);
    const refused = await choosePassword(server, code, password);
    expect([refused.status, refused.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/attributes/password',
    ]);
    expect(refused.body.errors?.[0]?.detail).toContain(detail);
    // The code can still be used.
    expect((await choosePassword(server, code)).status).toBe(204);
  });

  test('is changed with the old one; all other sessions end, and this one gets another secret', async () => {
    const { username, session } = await personWithPassword();
    const elsewhere = await openSession(server, { username, password: PASSWORD });
    const wrong = await change(session, { current_password: OTHER, password: OTHER });
    expect([wrong.status, wrong.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/attributes/current_password',
    ]);
    const unlike = { current_password: PASSWORD, password: OTHER, password_confirmation: PASSWORD };
    expect((await change(session, unlike)).status).toBe(422);
    const done = await change(session, { current_password: PASSWORD, password: OTHER });
    expect(done.status).toBe(200);
    expect((await elsewhere.call('GET', ACCOUNT)).status).toBe(401);
    expect((await session.call('GET', ACCOUNT)).status).toBe(401);
    const [cookie = ''] = (done.headers.get('set-cookie') ?? '').split(';');
    expect((await send(server, 'GET', ACCOUNT, undefined, { cookie })).status).toBe(200);
    expect((await signIn(server, { username, password: PASSWORD })).status).toBe(401);
    expect((await signIn(server, { username, password: OTHER })).status).toBe(201);
  });

  test('is removed together with its sessions by a reset, whose code ends with the next reset', async () => {
    const { id, username, session } = await personWithPassword();
    const first = (await resetPassword(server, id)).body.data.attributes;
    expect((await session.call('GET', ACCOUNT)).status).toBe(401);
    expect((await signIn(server, { username, password: PASSWORD })).status).toBe(401);
    const second = (await resetPassword(server, id)).body.data.attributes;
    expect(second['address']).toBe(`${server.url}/app/choose-password#${second['code']}`);
    expect((await choosePassword(server, String(first['code']))).status).toBe(404);
    expect((await choosePassword(server, String(second['code']), OTHER)).status).toBe(204);
    expect((await choosePassword(server, String(second['code']))).status).toBe(404);
    expect((await signIn(server, { username, password: OTHER })).status).toBe(201);
  });

  test('cannot be chosen with an expired code', async () => {
    const { id } = (await newPerson(server)).body.data;
    const { code } = (await resetPassword(server, id)).body.data.attributes;
    await server.platform.db
      .updateTable('password_reset')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('user_id', '=', id)
      .execute();
    expect((await choosePassword(server, String(code))).status).toBe(404);
  });

  test('is not checked any more after eight wrong ones, even if these come at once', async () => {
    const { username } = await personWithPassword();
    const tries = await Promise.all(
      Array.from({ length: 10 }, async () => (await signIn(server, { username, password: OTHER })).status),
    );
    // The correct password before these does not count.
    expect(tries.toSorted()).toEqual([...Array<number>(8).fill(401), 429, 429]);
    expect((await signIn(server, { username, password: PASSWORD })).status).toBe(429);
  });
});

test('administrators list and add people, each with a unique name and e-mail address', async () => {
  const username = uniqueName('person');
  const { id } = (await newPerson(server, username)).body.data;
  const listed = await server.call('GET', `/api/v2/admin/users?q=${username}`);
  expect(listed.body.data.map((user) => user.id)).toEqual([id]);
  const again = await newPerson(server, username);
  expect([again.status, again.text]).toEqual([422, expect.stringContaining('already been taken')]);
  const sameName = attributes({ username, email: 'elsewhere@example.com' });
  expect((await server.call('POST', '/api/v2/admin/users', sameName)).status).toBe(422);
});

test('the commands of docs/sign-in.md add a person who can then choose a password', async () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/sign-in.md'), 'utf8');
  const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
    env: { PATH: process.env['PATH'], RUNWRIGHT_URL: server.url, TOKEN: ADMIN_TOKEN },
    timeout: 60_000,
  });
  const { code } = (JSON.parse(stdout) as { data: { attributes: { code: string } } }).data.attributes;
  expect((await choosePassword(server, code)).status).toBe(204);
  expect((await signIn(server, { username: 'ana', password: PASSWORD })).status).toBe(201);
});

describe('guesses', () => {
  test('are refused for a quarter of an hour for the same account and address', () => {
    let now = 0;
    const guesses = createGuesses(() => now);
    for (let count = 0; count < 8; count += 1) guesses.begin('ana', '10.0.0.1');
    expect(() => guesses.begin('ana', '10.0.0.1')).toThrow(/Try again in 15 minutes/);
    expect(() => guesses.begin('ana', '10.0.0.2')).not.toThrow();
    expect(() => guesses.begin('ben', '10.0.0.1')).not.toThrow();
    now = 15 * 60_000;
    expect(() => guesses.begin('ana', '10.0.0.1')).not.toThrow();
  });

  test('are also refused from all addresses at one account, and from one address at all accounts', () => {
    const guesses = createGuesses(() => 0);
    for (let count = 0; count < 60; count += 1) guesses.begin('ana', `10.0.0.${count}`);
    expect(() => guesses.begin('ana', '10.0.1.1')).toThrow();
    for (let count = 0; count < 60; count += 1) guesses.begin(`user-${count}`, '10.0.2.1');
    expect(() => guesses.begin('zoe', '10.0.2.1')).toThrow();
  });

  test('of passwords do not block sign-ins with a token', () => {
    const guesses = createGuesses(() => 0);
    for (let count = 0; count < 60; count += 1) guesses.begin(`user-${count}`, '10.0.0.1');
    expect(() => guesses.begin('zoe', '10.0.0.1')).toThrow();
    for (let count = 0; count < 300; count += 1) guesses.begin('', '10.0.0.1');
    expect(() => guesses.begin('', '10.0.0.1')).toThrow();
  });

  test('that were correct do not count', () => {
    const guesses = createGuesses(() => 0);
    for (let count = 0; count < 100; count += 1) {
      guesses.begin('ana', '10.0.0.1');
      guesses.right('ana', '10.0.0.1');
    }
    expect(() => guesses.begin('ana', '10.0.0.1')).not.toThrow();
  });
});
