/** Lists, relationships and `include` show nothing that the caller may not read at its own address. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mintRunToken } from '../../src/server/access/run-tokens.ts';
import { transact } from '../../src/server/database/transact.ts';
import { createOrganization, createRun, createWorkspace, readyWorkspace } from '../support/scenario.ts';
import { uniqueName } from '../support/scenario.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

async function make(path: string, data: object): Promise<string> {
  const answer = await server.call('POST', path, { data });
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body.data.id;
}
const refs = (type: string, ...ids: string[]) => ({ data: ids.map((id) => ({ id, type })) });
const ref = (type: string, id: string) => ({ data: { id, type } });
const idsIn = (answer: ApiAnswer): string[] => answer.body.data.map(({ id }) => id);

/** A member of the organization with a team of their own. */
async function member(organization: string): Promise<{ token: string; team: string; username: string }> {
  const username = uniqueName('member');
  const token = await server.addUser(username, [organization], { as: 'member' });
  const team = await make(`/api/v2/organizations/${organization}/teams`, {
    attributes: { name: uniqueName('team') },
  });
  await server.call('POST', `/api/v2/teams/${team}/relationships/users`, {
    data: [{ id: username, type: 'users' }],
  });
  return { token, team, username };
}

test("a project's variable sets and their variables are in no list of a caller who may not read them", async () => {
  const organization = await createOrganization(server);
  const { token, team } = await member(organization);
  const sets = `/api/v2/organizations/${organization}/varsets`;
  const project = await make(`/api/v2/organizations/${organization}/projects`, {
    attributes: { name: 'Payments' },
  });
  const workspace = await server.call('POST', `/api/v2/organizations/${organization}/workspaces`, {
    data: { attributes: { name: 'ledger' }, relationships: { project: ref('projects', project) } },
  });
  const owned = await make(sets, {
    attributes: { name: 'owned' },
    relationships: {
      parent: ref('projects', project),
      projects: refs('projects', project),
      vars: { data: [{ attributes: { key: 'pin', value: '1234', category: 'terraform' } }] },
    },
  });
  const common = await make(sets, { attributes: { name: 'common', global: true } });
  // `read` lets a team see the project and its workspaces, but no variable set of it (api-contract §5.9).
  await make('/api/v2/team-projects', {
    attributes: { access: 'read' },
    relationships: { team: ref('teams', team), project: ref('projects', project) },
  });
  const get = async (path: string, as = token) => await server.call('GET', path, undefined, as);
  expect((await get(`/api/v2/varsets/${owned}`)).status).toBe(404);
  for (const list of [
    sets,
    `/api/v2/projects/${project}/varsets`,
    `/api/v2/workspaces/${workspace.body.data.id}/varsets`,
  ]) {
    const seen = await get(`${list}?include=vars`);
    expect([list, idsIn(seen), seen.body.meta?.pagination['total-count']]).toEqual([list, [common], 1]);
    expect(seen.text).not.toContain('1234');
  }

  const grants = await server.call('GET', `/api/v2/team-projects?filter[project][id]=${project}`);
  await server.call('PATCH', `/api/v2/team-projects/${idsIn(grants)[0]}`, {
    data: { attributes: { access: 'maintain' } },
  });
  expect(idsIn(await get(sets))).toEqual([common, owned]);
});

test('a variable set names only the workspaces and projects that the caller may see', async () => {
  const organization = await createOrganization(server);
  const { token, team } = await member(organization);
  const hiddenWorkspace = await createWorkspace(server, organization);
  const openWorkspace = await createWorkspace(server, organization);
  await make('/api/v2/team-workspaces', {
    attributes: { access: 'read' },
    relationships: { team: ref('teams', team), workspace: ref('workspaces', openWorkspace) },
  });
  const hiddenProject = await make(`/api/v2/organizations/${organization}/projects`, {
    attributes: { name: 'Takeover of Initech' },
  });
  const set = await make(`/api/v2/organizations/${organization}/varsets`, {
    attributes: { name: 'some' },
    relationships: {
      workspaces: refs('workspaces', hiddenWorkspace, openWorkspace),
      projects: refs('projects', hiddenProject),
    },
  });
  const path = `/api/v2/varsets/${set}?include=workspaces,projects`;
  const seen = await server.call('GET', path, undefined, token);
  expect(seen.body.data.attributes).toMatchObject({ 'workspace-count': 1, 'project-count': 0 });
  expect(seen.body.data.relationships).toMatchObject({
    workspaces: refs('workspaces', openWorkspace),
    projects: { data: [] },
  });
  expect(seen.text).not.toContain('Initech');
  const all = await server.call('GET', path);
  expect(all.body.data.attributes).toMatchObject({ 'workspace-count': 2, 'project-count': 1 });
});

test('a membership names only the teams that the caller may see, and no secret ones', async () => {
  const organization = await createOrganization(server);
  const { token } = await member(organization);
  const other = await member(organization);
  const list = `/api/v2/organizations/${organization}/organization-memberships`;
  const teamsOf = async (as?: string) =>
    (await server.call('GET', list, undefined, as)).body.data.flatMap(({ relationships }) =>
      (relationships['teams']?.data as unknown as { id: string }[]).map(({ id }) => id),
    );
  expect(await teamsOf()).toContain(other.team);
  expect(await teamsOf(other.token)).toContain(other.team);
  expect((await server.call('GET', `/api/v2/teams/${other.team}`, undefined, token)).status).toBe(404);
  expect(await teamsOf(token)).not.toContain(other.team);
  await server.call('PATCH', `/api/v2/teams/${other.team}`, {
    data: { attributes: { visibility: 'organization' } },
  });
  expect(await teamsOf(token)).toContain(other.team);
});

test('a token of a run reads its workspace, but no person or thing around it', async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  await make(`/api/v2/organizations/${organization}/varsets`, {
    attributes: { name: 'common', global: true },
    relationships: { vars: { data: [{ attributes: { key: 'pin', value: '1234', category: 'terraform' } }] } },
  });
  const token = await transact(server.platform.db, async (tx) => await mintRunToken(tx, runId));
  const get = async (path: string) => await server.call('GET', path, undefined, token);
  const path = `/api/v2/workspaces/${workspaceId}`;
  const seen = await get(`${path}?include=organization,project,locked_by,current_run,vars,readme,agent_pool`);
  expect([seen.status, seen.body.included]).toEqual([200, []]);
  const sets = await get(`${path}/varsets?include=vars`);
  expect([sets.status, sets.body.data]).toEqual([200, []]);
});

test('an agent pool names only the workspaces and projects that the caller may see, and keeps the others', async () => {
  const organization = await createOrganization(server);
  const { token, team } = await member(organization);
  const O = `/api/v2/organizations/${organization}`;
  await server.call('PATCH', `/api/v2/teams/${team}`, {
    data: { attributes: { 'organization-access': { 'manage-agent-pools': true } } },
  });
  const hidden = await createWorkspace(server, organization);
  const open = await createWorkspace(server, organization);
  const [excludedHidden, excludedOpen] = [
    await createWorkspace(server, organization),
    await createWorkspace(server, organization),
  ];
  for (const workspace of [open, excludedOpen]) {
    await make('/api/v2/team-workspaces', {
      attributes: { access: 'read' },
      relationships: { team: ref('teams', team), workspace: ref('workspaces', workspace) },
    });
  }
  const project = await make(`${O}/projects`, { attributes: { name: 'Takeover of Initech' } });
  const pool = await make(`${O}/agent-pools`, {
    attributes: { name: 'pool', 'organization-scoped': false },
    relationships: {
      'allowed-workspaces': refs('workspaces', hidden, open),
      'allowed-projects': refs('projects', project),
      'excluded-workspaces': refs('workspaces', excludedHidden, excludedOpen),
    },
  });
  for (const workspace of [hidden, open]) {
    await server.call('PATCH', `/api/v2/workspaces/${workspace}`, {
      data: { attributes: { 'execution-mode': 'agent', 'agent-pool-id': pool } },
    });
  }
  const path = `/api/v2/agent-pools/${pool}`;
  const all = {
    workspaces: refs('workspaces', ...[hidden, open].toSorted()),
    'allowed-workspaces': refs('workspaces', ...[hidden, open].toSorted()),
    'allowed-projects': refs('projects', project),
    'excluded-workspaces': refs('workspaces', ...[excludedHidden, excludedOpen].toSorted()),
  };
  const some = {
    workspaces: refs('workspaces', open),
    'allowed-workspaces': refs('workspaces', open),
    'allowed-projects': refs('projects'),
    'excluded-workspaces': refs('workspaces', excludedOpen),
  };
  expect((await server.call('GET', path)).body.data.relationships).toMatchObject(all);
  const seen = [
    (await server.call('GET', path, undefined, token)).body.data,
    (await server.call('GET', `${O}/agent-pools`, undefined, token)).body.data[0],
    (await server.call('GET', `/api/v2/workspaces/${open}?include=agent_pool`, undefined, token)).body
      .included?.[0],
  ];
  // A caller who may only read the workspace does not see the pool in its settings.
  expect(seen[0]?.relationships).toMatchObject(some);
  expect(seen[1]?.relationships).toMatchObject(some);
  expect(JSON.stringify(seen)).not.toContain(hidden);

  const byName = async (workspace: string) => {
    const { name } = (await server.call('GET', `/api/v2/workspaces/${workspace}`)).body.data.attributes;
    const list = `${O}/agent-pools?filter[allowed_workspaces][name]=${String(name)}`;
    return idsIn(await server.call('GET', list, undefined, token));
  };
  expect([await byName(open), await byName(hidden)]).toEqual([[pool], []]);

  const change = async (relationships: object) =>
    await server.call('PATCH', path, { data: { relationships } }, token);
  expect((await change({ 'allowed-workspaces': refs('workspaces', hidden) })).status).toBe(422);
  expect((await change({ 'allowed-workspaces': refs('workspaces') })).status).toBe(200);
  expect((await server.call('GET', path)).body.data.relationships).toMatchObject({
    'allowed-workspaces': refs('workspaces', hidden),
    'allowed-projects': refs('projects', project),
  });
});
