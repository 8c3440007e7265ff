/** No user becomes a member unasked, and no caller can find out who exists elsewhere. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
/** A user with their own organization. */
let owner: string;
let organization: string;
let owners: string;
/** A user who is in none of the owner's organizations. */
let victim: { name: string; secret: string; id: string };
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  owner = await server.addUser(uniqueName('owner'), []);
  organization = uniqueName('org');
  const body = { data: { attributes: { name: organization, email: 'o@example.com' } } };
  await server.call('POST', '/api/v2/organizations', body, owner);
  const teams = await server.call('GET', `/api/v2/organizations/${organization}/teams`, undefined, owner);
  owners = teams.body.data[0]?.id ?? '';
  const name = uniqueName('victim');
  const secret = await server.addUser(name, []);
  const id = (await server.call('GET', '/api/v2/account/details', undefined, secret)).body.data.id;
  victim = { name, secret, id };
});

const ofTeam = (id: string) => `/api/v2/teams/${id}/relationships/users`;
const memberships = () => `/api/v2/organizations/${organization}/organization-memberships`;
const invite = async (email: string, token: string = owner) =>
  await server.call(
    'POST',
    memberships(),
    { data: { attributes: { email }, relationships: { teams: { data: [{ id: owners, type: 'teams' }] } } } },
    token,
  );
const visit = async (token: string): Promise<number> =>
  (await server.call('GET', `/api/v2/organizations/${organization}`, undefined, token)).status;

test.each(['admin', 'nobody-of-this-name'])(
  'an owner who adds %s by name is answered as for any other name',
  async (name) => {
    for (const method of ['POST', 'DELETE']) {
      const answer = await server.call(method, ofTeam(owners), { data: [{ id: name }] }, owner);
      expect([answer.status, answer.body.errors?.[0]?.detail]).toEqual([
        422,
        `"${name}" is not a member of the organization: invite them first, by their e-mail address.`,
      ]);
    }
  },
);

test('an existing user must accept an invitation, and is not shown to the organization before', async () => {
  const invited = await invite(`${victim.name}@example.com`);
  const fresh = await invite(`${uniqueName('fresh')}@example.com`);
  expect([invited.status, fresh.status]).toEqual([201, 201]);
  for (const each of [invited, fresh]) expect(each.body.data.attributes['status']).toBe('invited');
  const listed = await server.call('GET', `${memberships()}?include=user`, undefined, owner);
  const users = (listed.body.included ?? []).map(({ id, attributes }) => [
    id,
    attributes['username'],
    'is-site-admin' in attributes,
  ]);
  expect(users).toContainEqual([victim.id, null, false]);
  expect((await server.call('GET', `/api/v2/users/${victim.id}`, undefined, owner)).status).toBe(404);
  const byName = await server.call(
    'GET',
    `${memberships()}?q=${victim.name.slice(0, 6)}%25`,
    undefined,
    owner,
  );
  expect(byName.body.data).toEqual([]);
  expect((await server.call('POST', ofTeam(owners), { data: [{ id: victim.name }] }, owner)).status).toBe(
    422,
  );

  expect(await visit(victim.secret)).toBe(404);
  const path = `/api/v2/organization-memberships/${invited.body.data.id}`;
  const own = await server.call('GET', '/api/v2/organization-memberships', undefined, victim.secret);
  expect(own.body.data).toMatchObject([{ id: invited.body.data.id, attributes: { status: 'invited' } }]);
  expect((await server.call('POST', `${path}/actions/accept`, undefined, owner)).status).toBe(404);
  const accepted = await server.call('POST', `${path}/actions/accept`, undefined, victim.secret);
  expect([accepted.status, accepted.body.data.attributes['status']]).toEqual([200, 'active']);
  expect(await visit(victim.secret)).toBe(200);
  const seen = await server.call('GET', `/api/v2/users/${victim.id}`, undefined, owner);
  expect(seen.body.data.attributes).toMatchObject({
    username: victim.name,
    email: `${victim.name}@example.com`,
  });
});

test('an invited user may decline', async () => {
  const invited = await invite(`${victim.name}@example.com`);
  const path = `/api/v2/organization-memberships/${invited.body.data.id}`;
  expect((await server.call('DELETE', path, undefined, victim.secret)).status).toBe(204);
  expect((await server.call('GET', path, undefined, owner)).status).toBe(404);
});

test('a user that the invitation created becomes active with a first token', async () => {
  const invited = await invite(`${uniqueName('fresh')}@example.com`);
  const userId = invited.body.data.relationships['user']?.data?.id ?? '';
  const token = await server.call('POST', `/api/v2/users/${userId}/authentication-tokens`);
  expect(await visit(String(token.body.data.attributes['token']))).toBe(200);
});

test('a site administrator can add any user by name', async () => {
  expect((await server.call('POST', ofTeam(owners), { data: [{ id: victim.name }] })).status).toBe(204);
  expect(await visit(victim.secret)).toBe(200);
});

test('members see names of users, member managers also addresses, and nobody the site administrators', async () => {
  const shared = await createOrganization(server);
  const member = await server.addUser(uniqueName('member'), [shared], { as: 'member' });
  const manager = await server.addUser(uniqueName('manager'), [shared]);
  const admin = (await server.call('GET', '/api/v2/account/details')).body.data.id;
  const workspaceId = await createWorkspace(server, shared);
  await uploadConfiguration(server, workspaceId);
  const runId = await createRun(server, workspaceId);
  const found = async (token: string) => [
    (await server.call('GET', `/api/v2/users/${admin}`, undefined, token)).body.data,
    (
      await server.call(
        'GET',
        `/api/v2/organizations/${shared}/organization-memberships?include=user`,
        undefined,
        token,
      )
    ).body.included?.find(({ id }) => id === admin),
  ];
  for (const user of await found(member)) {
    expect(Object.keys(user?.attributes ?? {})).toContain('username');
    for (const hidden of ['email', 'unconfirmed-email', 'is-site-admin']) {
      expect(user?.attributes).not.toHaveProperty(hidden);
    }
    expect(user?.attributes['permissions']).toMatchObject({ 'can-change-email': false });
  }
  for (const user of await found(manager)) {
    expect(user?.attributes).toHaveProperty('email');
    expect(user?.attributes).not.toHaveProperty('is-site-admin');
  }
  const run = await server.call('GET', `/api/v2/runs/${runId}?include=created_by`, undefined, manager);
  expect(run.body.included?.[0]?.attributes).not.toHaveProperty('email');
  const events = await server.call(
    'GET',
    `/api/v2/runs/${runId}/run-events?include=actor`,
    undefined,
    manager,
  );
  expect(events.body.included?.[0]?.attributes).not.toHaveProperty('email');
  // Callers cannot search for what they may not see.
  for (const query of ['q=%40localhost', 'filter[email]=admin@localhost']) {
    const path = `/api/v2/organizations/${shared}/organization-memberships?${query}`;
    expect((await server.call('GET', path, undefined, member)).body.data).toEqual([]);
    expect((await server.call('GET', path, undefined, manager)).body.data).toHaveLength(1);
  }
});
