/** No caller can pass on more than they have: not by a team, a team's token, or a token that outlives theirs. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganization, createWorkspace, uniqueName } from '../support/scenario.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../support/server.ts';

let server: TestServer;
let organization: string;
let workspaceId: string;
let projectId: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  organization = await createOrganization(server);
  workspaceId = await createWorkspace(server, organization);
  const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
  projectId = workspace.body.data.relationships['project']?.data?.id ?? '';
});

async function make(path: string, data: object, token?: string): Promise<string> {
  const answer = await server.call('POST', `/api/v2/${path}`, { data }, token);
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body.data.id;
}

const makeTeam = async (access: Record<string, boolean> = {}): Promise<string> =>
  await make(`organizations/${organization}/teams`, {
    attributes: { name: uniqueName('team'), visibility: 'organization', 'organization-access': access },
  });

async function grant(team: string, kind: 'workspace' | 'project', access: string): Promise<void> {
  const [id, type] = kind === 'workspace' ? [workspaceId, 'workspaces'] : [projectId, 'projects'];
  await make(`team-${kind}s`, {
    attributes: { access },
    relationships: { team: { data: { id: team, type: 'teams' } }, [kind]: { data: { id, type } } },
  });
}

const join = async (team: string, name: string, token?: string): Promise<ApiAnswer> =>
  await server.call('POST', `/api/v2/teams/${team}/relationships/users`, { data: [{ id: name }] }, token);

/** A member of a team with this access to the organization. */
async function manager(access: Record<string, boolean>) {
  const name = uniqueName('manager');
  const secret = await server.addUser(name, [organization], { as: 'member' });
  const team = await makeTeam(access);
  await join(team, name);
  return { name, secret, team };
}

const membershipOf = async (name: string): Promise<string> => {
  const path = `/api/v2/organizations/${organization}/organization-memberships?q=${name}`;
  return (await server.call('GET', path)).body.data[0]?.id ?? '';
};

const STRONGER: [string, () => Promise<string>][] = [
  ['that may manage the access of teams', () => makeTeam({ 'manage-organization-access': true })],
  ['that may manage workspaces', () => makeTeam({ 'manage-workspaces': true })],
  ['that may read workspaces', () => makeTeam({ 'read-workspaces': true })],
  [
    'with access to a workspace',
    async () => {
      const team = await makeTeam();
      await grant(team, 'workspace', 'read');
      return team;
    },
  ],
  [
    'with access to a project',
    async () => {
      const team = await makeTeam();
      await grant(team, 'project', 'write');
      return team;
    },
  ],
];

describe.each([['manage-membership'], ['manage-teams']])('a caller who may %s', (flag) => {
  test.each(STRONGER)('cannot add anybody to a team %s, in any way', async (_what, prepare) => {
    const { name, secret } = await manager({ [flag]: true });
    const team = await prepare();
    const other = uniqueName('other');
    await server.addUser(other, [organization], { as: 'member' });
    for (const who of [name, other]) {
      const refused = await join(team, who, secret);
      expect([refused.status, refused.body.errors?.[0]?.detail]).toEqual([
        403,
        expect.stringMatching(/more than you may/),
      ]);
    }
    const memberships = `/api/v2/teams/${team}/relationships/organization-memberships`;
    const own = { data: [{ id: await membershipOf(name) }] };
    expect((await server.call('POST', memberships, own, secret)).status).toBe(403);
    const invitation = {
      data: {
        attributes: { email: `${uniqueName('friend')}@example.com` },
        relationships: { teams: { data: [{ id: team, type: 'teams' }] } },
      },
    };
    const path = `/api/v2/organizations/${organization}/organization-memberships`;
    expect((await server.call('POST', path, invitation, secret)).status).toBe(403);
  });

  test('can add to a team that may do no more than the caller', async () => {
    const { name, secret, team } = await manager({ [flag]: true, 'read-workspaces': true });
    const equal = await makeTeam({ 'read-workspaces': true });
    await grant(equal, 'workspace', 'read');
    await grant(equal, 'project', 'read');
    expect((await join(equal, name, secret)).status).toBe(204);
    const other = uniqueName('other');
    await server.addUser(other, [organization], { as: 'member' });
    expect((await join(team, other, secret)).status).toBe(204);
  });
});

test.each(STRONGER)(
  'a caller who may manage teams cannot take a token of a team %s',
  async (_what, prepare) => {
    const { secret } = await manager({ 'manage-teams': true });
    const team = await prepare();
    const single = `/api/v2/teams/${team}/authentication-token`;
    expect((await server.call('POST', single, undefined, secret)).status).toBe(403);
    const body = { data: { attributes: { description: 'mine' } } };
    expect((await server.call('POST', `${single}s`, body, secret)).status).toBe(403);
    expect((await server.call('POST', single)).status).toBe(201);
    // A new token replaces the old one, so this way must be closed too.
    expect((await server.call('POST', single, undefined, secret)).status).toBe(403);
    expect((await server.call('GET', single)).status).toBe(200);
  },
);

test('a caller with a level on a project can add to teams of that level or lower ones, not of higher ones', async () => {
  const { name, secret, team } = await manager({ 'manage-membership': true });
  await grant(team, 'project', 'write');
  const answers: [string, number][] = [];
  for (const access of ['read', 'write', 'maintain', 'admin']) {
    const other = await makeTeam();
    await grant(other, 'project', access);
    answers.push([access, (await join(other, name, secret)).status]);
  }
  expect(answers).toEqual([
    ['read', 204],
    ['write', 204],
    ['maintain', 403],
    ['admin', 403],
  ]);
});

describe('a token that is made with another token', () => {
  const soon = () => new Date(Date.now() + 3_600_000).toISOString();
  const later = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();
  const never = null;

  async function shortLived(): Promise<{ secret: string; userId: string; end: string; team: string }> {
    const name = uniqueName('user');
    const first = await server.addUser(name, [organization]);
    const userId = (await server.call('GET', '/api/v2/account/details', undefined, first)).body.data.id;
    const end = soon();
    const body = { data: { attributes: { description: 'short', 'expired-at': end } } };
    const made = await server.call('POST', `/api/v2/users/${userId}/authentication-tokens`, body, first);
    return { secret: String(made.body.data.attributes['token']), userId, end, team: await makeTeam() };
  }

  const WHERE: [string, (of: { userId: string; team: string }) => string][] = [
    ["a user's", ({ userId }) => `users/${userId}/authentication-tokens`],
    ["a team's", ({ team }) => `teams/${team}/authentication-tokens`],
    ["a team's only", ({ team }) => `teams/${team}/authentication-token`],
    ["an organization's", () => `organizations/${organization}/authentication-token`],
  ];

  test.each(WHERE)('as %s token ends no later than the other', async (_whose, where) => {
    const { secret, end, ...of } = await shortLived();
    const path = `/api/v2/${where(of)}`;
    const ask = async (expiredAt: string | null | undefined) =>
      await server.call(
        'POST',
        path,
        {
          data: {
            attributes: {
              // A description can be used only once in a team.
              description: `child that ends ${String(expiredAt)}`,
              ...(expiredAt === undefined ? {} : { 'expired-at': expiredAt }),
            },
          },
        },
        secret,
      );
    const refused = await ask(later);
    expect([refused.status, refused.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/attributes/expired-at',
    ]);
    for (const open of [undefined, never]) {
      const made = await ask(open);
      expect([made.status, Date.parse(String(made.body.data.attributes['expired-at']))]).toEqual([
        201,
        Date.parse(end),
      ]);
    }
    const grandchild = String((await ask(end)).body.data.attributes['token']);
    if (path.includes('/users/')) {
      const body = { data: { attributes: { 'expired-at': later } } };
      expect((await server.call('POST', path, body, grandchild)).status).toBe(422);
    }
  });

  test('ends no later if it is made without an end; a login ends with the token that it was made with', async () => {
    const { secret, userId } = await shortLived();
    const body = { data: { attributes: { description: 'from the page' } } };
    const path = `/api/v2/users/${userId}/authentication-tokens`;
    expect((await server.call('POST', path, body, secret)).status).toBe(201);
    const { db } = server.platform;
    const made = await db
      .selectFrom('token')
      .select('expires_at')
      .where('user_id', '=', userId)
      .where('description', '=', 'from the page')
      .executeTakeFirstOrThrow();
    expect(made.expires_at?.getTime()).toBeLessThan(Date.now() + 3_600_001);
  });
});
