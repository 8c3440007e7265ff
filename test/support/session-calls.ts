/** A successful call of each endpoint of sessions and passwords, for tests that go over every endpoint. */
import { uniqueName } from './scenario.ts';
import { ADMIN_TOKEN, type ApiAnswer, type TestServer } from './server.ts';
import { openSession, send, signIn } from './web-session.ts';

type Calls = Record<string, () => Promise<ApiAnswer>>;

const attributes = (values: object) => ({ data: { attributes: values } });
const USERS = '/api/v2/admin/users';

export const PASSWORD = 'correct horse battery staple';

/** Adds a person, who has no password yet. */
export const newPerson = async (server: TestServer, username = uniqueName('person')): Promise<ApiAnswer> =>
  await server.call('POST', USERS, attributes({ username, email: `${username}@example.com` }));

export const resetPassword = async (server: TestServer, id: string): Promise<ApiAnswer> =>
  await server.call('POST', `${USERS}/${id}/actions/reset-password`);

export const choosePassword = async (
  server: TestServer,
  code: string,
  password = PASSWORD,
): Promise<ApiAnswer> =>
  await send(server, 'POST', '/api/v2/password-choices', attributes({ code, password }), {});

/** @param current returns the server of the test, which starts only after this table is made */
export const sessionCalls = (current: () => TestServer): Calls => ({
  'POST /api/v2/session': async () => await signIn(current(), { token: ADMIN_TOKEN }),
  'DELETE /api/v2/session': async () => {
    const session = await openSession(current(), { token: ADMIN_TOKEN });
    return await session.call('DELETE', '/api/v2/session');
  },
  'DELETE /api/v2/account/sessions': async () => {
    await openSession(current(), { token: ADMIN_TOKEN });
    return await current().call('DELETE', '/api/v2/account/sessions');
  },
  'POST /api/v2/admin/users': async () => await newPerson(current()),
  'POST /api/v2/admin/users/:id/actions/reset-password': async () =>
    await resetPassword(current(), (await newPerson(current())).body.data.id),
  'POST /api/v2/password-choices': async () => {
    const reset = await resetPassword(current(), (await newPerson(current())).body.data.id);
    return await choosePassword(current(), String(reset.body.data.attributes['code']));
  },
  'PATCH /api/v2/account/password': async () => {
    const token = await current().addUser(uniqueName('person'), []);
    return await current().call(
      'PATCH',
      '/api/v2/account/password',
      attributes({ password: PASSWORD }),
      token,
    );
  },
});
