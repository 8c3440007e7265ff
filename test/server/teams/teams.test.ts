import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mintRunToken } from '../../../src/server/access/run-tokens.ts';
import { transact } from '../../../src/server/database/transact.ts';
import {
  createOrganization,
  createRun,
  readyWorkspace,
  runBody,
  uniqueName,
} from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const reference = (type: string, id: string) => ({ data: { type, id } });

async function createTeam(organization: string, attributes: Record<string, unknown> = {}): Promise<string> {
  const answer = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
    data: { type: 'teams', attributes: { name: uniqueName('team'), ...attributes } },
  });
  expect(answer.status).toBe(201);
  return answer.body.data.id;
}

async function addToTeam(teamId: string, username: string): Promise<number> {
  const body = { data: [{ type: 'users', id: username }] };
  return (await server.call('POST', `/api/v2/teams/${teamId}/relationships/users`, body)).status;
}

async function giveWorkspace(teamId: string, workspaceId: string, attributes: object, token?: string) {
  return await server.call(
    'POST',
    '/api/v2/team-workspaces',
    {
      data: {
        attributes,
        relationships: { team: reference('teams', teamId), workspace: reference('workspaces', workspaceId) },
      },
    },
    token,
  );
}

describe('a member of a team', () => {
  test('may do what the level of the team allows, and sees it in the permissions', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const hidden = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    const username = uniqueName('planner');
    const token = await server.addUser(username, [organization], { as: 'member' });
    const get = async (path: string) => await server.call('GET', path, undefined, token);
    expect((await get(`/api/v2/workspaces/${workspaceId}`)).status).toBe(404);
    expect((await get(`/api/v2/organizations/${organization}/workspaces`)).body.data).toEqual([]);
    expect((await get(`/api/v2/organizations/${organization}/runs`)).body.data).toEqual([]);

    const team = await createTeam(organization);
    expect(await addToTeam(team, username)).toBe(204);
    const grant = await giveWorkspace(team, workspaceId, { access: 'plan' });
    expect([grant.status, grant.body.data.attributes]).toMatchObject([
      201,
      {
        access: 'plan',
        runs: 'plan',
        variables: 'read',
        'state-versions': 'read',
        'workspace-locking': false,
      },
    ]);
    const workspace = await get(`/api/v2/workspaces/${workspaceId}`);
    expect(workspace.body.data.attributes['permissions']).toMatchObject({
      'can-queue-run': true,
      'can-queue-apply': false,
      'can-update': false,
      'can-read-variable': true,
      'can-update-variable': false,
      'can-lock': false,
    });
    expect((await get(`/api/v2/organizations/${organization}/workspaces`)).body.data).toHaveLength(1);
    expect((await get(`/api/v2/organizations/${organization}/runs`)).body.data).toMatchObject([
      { id: runId, attributes: { permissions: { 'can-apply': false, 'can-comment': true } } },
    ]);
    expect((await server.call('POST', '/api/v2/runs', runBody(workspaceId), token)).status).toBe(201);
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`, {}, token)).status).toBe(404);
    expect((await get(`/api/v2/workspaces/${hidden.workspaceId}`)).status).toBe(404);

    const path = `/api/v2/team-workspaces/${grant.body.data.id}`;
    expect((await server.call('PATCH', path, { data: { attributes: { access: 'admin' } } })).status).toBe(
      200,
    );
    expect((await server.call('POST', `/api/v2/runs/${runId}/actions/cancel`, {}, token)).status).toBe(202);
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await get(`/api/v2/workspaces/${workspaceId}`)).status).toBe(404);
  });

  test('may do in every workspace of a project what the level on the project allows', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
    const projectId = workspace.body.data.relationships['project']?.data?.id ?? '';
    const username = uniqueName('maintainer');
    const token = await server.addUser(username, [organization], { as: 'member' });
    const team = await createTeam(organization);
    await addToTeam(team, username);
    const grant = await server.call('POST', '/api/v2/team-projects', {
      data: {
        attributes: { access: 'maintain' },
        relationships: { team: reference('teams', team), project: reference('projects', projectId) },
      },
    });
    expect([grant.status, grant.body.data.attributes['workspace-access']]).toMatchObject([
      201,
      { create: true, delete: true, runs: 'apply' },
    ]);
    const created = await server.call(
      'POST',
      `/api/v2/organizations/${organization}/workspaces`,
      { data: { attributes: { name: 'made-by-a-maintainer' } } },
      token,
    );
    expect(created.status).toBe(201);
    const change = { data: { attributes: { description: 'theirs' } } };
    expect((await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, change, token)).status).toBe(200);
  });
});

describe('access of teams', () => {
  test('has details only on the custom level, with the error that clients recognize', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const team = await createTeam(organization);
    const refused = await giveWorkspace(team, workspaceId, { access: 'read', runs: 'apply' });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [
        {
          status: '422',
          code: 'invalid_attribute',
          title: 'invalid attribute',
          detail:
            "Runs is read-only when access level is 'read'; use the 'custom' access level to set this attribute.",
          source: { pointer: '/data/attributes/runs' },
          meta: { 'well-formed': true },
        },
      ],
    ]);
    const custom = await giveWorkspace(team, workspaceId, { access: 'custom', runs: 'apply' });
    expect(custom.body.data.attributes).toMatchObject({
      runs: 'apply',
      variables: 'none',
      'run-tasks': false,
    });
    expect((await giveWorkspace(team, workspaceId, { access: 'read' })).status).toBe(422);
    expect((await server.call('GET', '/api/v2/team-workspaces')).status).toBe(400);
    const list = await server.call('GET', `/api/v2/team-workspaces?filter[workspace][id]=${workspaceId}`);
    expect(list.body.data.map(({ id }) => id)).toEqual([custom.body.data.id]);
  });

  test('cannot be given by a caller who only manages teams, or across organizations', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const other = await createOrganization(server);
    expect((await giveWorkspace(await createTeam(other), workspaceId, { access: 'admin' })).status).toBe(404);
    const username = uniqueName('manager');
    const token = await server.addUser(username, [organization], { as: 'member' });
    await addToTeam(
      await createTeam(organization, { 'organization-access': { 'manage-teams': true } }),
      username,
    );
    const make = async (attributes: object) =>
      await server.call(
        'POST',
        `/api/v2/organizations/${organization}/teams`,
        { data: { attributes } },
        token,
      );
    expect((await make({ name: 'plain' })).status).toBe(201);
    expect(
      (await make({ name: 'mighty', 'organization-access': { 'manage-workspaces': true } })).status,
    ).toBe(404);
  });
});

describe('owners', () => {
  test('are a team that cannot be deleted, and whose last member cannot leave', async () => {
    const organization = await createOrganization(server);
    const list = await server.call('GET', `/api/v2/organizations/${organization}/teams?filter[names]=owners`);
    const owners = list.body.data[0]?.id ?? '';
    expect(list.body.data[0]?.attributes).toMatchObject({ name: 'owners', 'users-count': 1 });
    expect((await server.call('DELETE', `/api/v2/teams/${owners}`)).status).toBe(404);
    const rename = { data: { attributes: { name: 'others' } } };
    expect((await server.call('PATCH', `/api/v2/teams/${owners}`, rename)).status).toBe(422);
    const users = `/api/v2/teams/${owners}/relationships/users`;
    const admin = { data: [{ type: 'users', id: 'admin' }] };
    expect((await server.call('DELETE', users, admin)).status).toBe(422);
    const username = uniqueName('owner');
    const token = await server.addUser(username, []);
    expect(await addToTeam(owners, username)).toBe(204);
    expect((await server.call('DELETE', users, admin)).status).toBe(204);
    const last = { data: [{ type: 'users', id: username }] };
    expect((await server.call('DELETE', users, last, token)).status).toBe(422);
    const remove = await server.call('DELETE', `/api/v2/organizations/${organization}`, undefined, token);
    expect(remove.status).toBe(204);
    expect((await server.call('GET', `/api/v2/organizations/${organization}`)).status).toBe(404);
  });
});

describe('memberships', () => {
  test('begin with an invitation by e-mail, and become active with the first use of a token', async () => {
    const organization = await createOrganization(server);
    const team = await createTeam(organization);
    const path = `/api/v2/organizations/${organization}/organization-memberships`;
    const invitation = (email: string, teams: object[]) => ({
      data: { attributes: { email }, relationships: { teams: { data: teams } } },
    });
    const invited = await server.call('POST', path, invitation('new@example.com', [{ id: team }]));
    expect([invited.status, invited.body.data.attributes]).toMatchObject([
      201,
      { status: 'invited', email: 'new@example.com' },
    ]);
    expect((await server.call('POST', path, invitation('NEW@example.com', [{ id: team }]))).status).toBe(422);
    const userId = invited.body.data.relationships['user']?.data?.id ?? '';
    const token = await server.call('POST', `/api/v2/users/${userId}/authentication-tokens`, {
      data: { attributes: { description: 'first' } },
    });
    const secret = String(token.body.data.attributes['token']);
    const mine = await server.call('GET', '/api/v2/organization-memberships', undefined, secret);
    expect(mine.body.data).toMatchObject([{ id: invited.body.data.id, attributes: { status: 'invited' } }]);
    await server.call('GET', `/api/v2/organizations/${organization}`, undefined, secret);
    const own = `/api/v2/organization-memberships/${invited.body.data.id}`;
    expect((await server.call('GET', own)).body.data.attributes['status']).toBe('active');
    expect((await server.call('DELETE', own, undefined, secret)).status).toBe(204);
    expect(
      (await server.call('GET', `/api/v2/organizations/${organization}`, undefined, secret)).status,
    ).toBe(404);
  });
});

describe('tokens of teams and organizations', () => {
  const make = async (path: string) => {
    const answer = await server.call('POST', path);
    expect(answer.status).toBe(201);
    return String(answer.body.data.attributes['token']);
  };

  test('end when they are recreated, and their secret is only in the first answer', async () => {
    const organization = await createOrganization(server);
    const path = `/api/v2/organizations/${organization}/authentication-token`;
    expect((await server.call('GET', path)).status).toBe(404);
    const first = await make(path);
    const read = async (token: string) =>
      (await server.call('GET', `/api/v2/organizations/${organization}`, undefined, token)).status;
    expect(await read(first)).toBe(200);
    const second = await make(path);
    expect([await read(first), await read(second)]).toEqual([401, 200]);
    expect((await server.call('GET', path)).body.data.attributes['token']).toBeNull();
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect(await read(second)).toBe(401);
  });

  test("of a team create runs in the team's name; those of an organization create none", async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const team = await createTeam(organization);
    await giveWorkspace(team, workspaceId, { access: 'write' });
    const teamToken = await make(`/api/v2/teams/${team}/authentication-token`);
    const run = await server.call('POST', '/api/v2/runs', runBody(workspaceId), teamToken);
    expect(run.status).toBe(201);
    const account = await server.call('GET', '/api/v2/account/details', undefined, teamToken);
    expect(account.body.data.attributes).toMatchObject({ 'is-service-account': true });
    expect(run.body.data.relationships['created-by']?.data?.id).toBe(account.body.data.id);
    const lock = await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`, {}, teamToken);
    // The run holds the lock.
    expect(lock.status).toBe(409);
    const organizationToken = await make(`/api/v2/organizations/${organization}/authentication-token`);
    expect((await server.call('POST', '/api/v2/runs', runBody(workspaceId), organizationToken)).status).toBe(
      404,
    );
    const change = { data: { attributes: { description: 'by the organization' } } };
    const path = `/api/v2/workspaces/${workspaceId}`;
    expect((await server.call('PATCH', path, change, organizationToken)).status).toBe(200);
  });

  test('of a team can be several, each with a description', async () => {
    const organization = await createOrganization(server);
    const team = await createTeam(organization);
    const path = `/api/v2/teams/${team}/authentication-tokens`;
    expect((await server.call('POST', path, { data: { attributes: {} } })).status).toBe(422);
    for (const description of ['one', 'two']) {
      expect((await server.call('POST', path, { data: { attributes: { description } } })).status).toBe(201);
    }
    expect((await server.call('GET', path)).body.data).toHaveLength(2);
    const all = await server.call('GET', `/api/v2/organizations/${organization}/team-tokens`);
    expect(all.body.data.map(({ attributes }) => attributes['token'])).toEqual([null, null]);
  });

  test('for the audit trail can read only that', async () => {
    const organization = await createOrganization(server);
    const token = await make(`/api/v2/organizations/${organization}/authentication-token?token=audit-trails`);
    const read = async (path: string) => (await server.call('GET', path, undefined, token)).status;
    expect(await read('/api/v2/organization/audit-trail')).toBe(200);
    expect(await read(`/api/v2/organizations/${organization}`)).toBe(404);
    expect(await read('/api/v2/account/details')).toBe(404);
  });
});

test("the token of a run reads its own workspace's state, and ends with the run", async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  const other = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const { db } = server.platform;
  const first = await transact(db, async (tx) => await mintRunToken(tx, runId));
  const token = await transact(db, async (tx) => await mintRunToken(tx, runId));
  const read = async (path: string, secret = token) =>
    (await server.call('GET', path, undefined, secret)).status;
  expect(await read(`/api/v2/workspaces/${workspaceId}`, first)).toBe(401);
  expect(await read(`/api/v2/workspaces/${workspaceId}`)).toBe(200);
  expect(await read(`/api/v2/organizations/${organization}/entitlement-set`)).toBe(200);
  expect(await read(`/api/v2/workspaces/${other.workspaceId}`)).toBe(404);
  expect(await read(`/api/v2/runs/${runId}`)).toBe(404);
  expect(await read('/api/v2/account/details')).toBe(404);
  expect((await server.call('POST', `/api/v2/runs/${runId}/actions/cancel`)).status).toBe(202);
  expect(await read(`/api/v2/workspaces/${workspaceId}`)).toBe(401);
});

test('an account changes its name at once, and its e-mail address only after a confirmation', async () => {
  const token = await server.addUser(uniqueName('before'), []);
  const name = uniqueName('after');
  const change = { data: { attributes: { username: name, email: 'boss@example.com' } } };
  const answer = await server.call('PATCH', '/api/v2/account/update', change, token);
  expect(answer.body.data.attributes).toMatchObject({
    username: name,
    'unconfirmed-email': 'boss@example.com',
    'two-factor': { enabled: false },
  });
  expect(answer.body.data.attributes['email']).not.toBe('boss@example.com');
  expect(answer.body.data.attributes['avatar-url']).not.toBe('');
});

test('an organization is found by its name or address, and changed by its owners', async () => {
  const organization = await createOrganization(server);
  const path = `/api/v2/organizations/${organization}`;
  const member = await server.addUser(uniqueName('member'), [organization], { as: 'member' });
  const change = { data: { attributes: { 'session-timeout': 30, email: `${organization}@example.com` } } };
  expect((await server.call('PATCH', path, change, member)).status).toBe(404);
  const changed = await server.call('PATCH', path, change);
  expect(changed.body.data.attributes).toMatchObject({ 'session-timeout': 30, name: organization });
  const found = await server.call('GET', `/api/v2/organizations?q[email]=${organization}`);
  expect(found.body.data.map(({ id }) => id)).toEqual([organization]);
  const read = await server.call('GET', path, undefined, member);
  expect(read.body.data.attributes['permissions']).toMatchObject({
    'can-traverse': true,
    'can-update': false,
    'can-create-workspace': false,
  });
});
