/** Racing requests: none is answered 500, none undoes another, and nothing is created twice. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrganization, createWorkspace, uniqueName } from '../support/scenario.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
});
afterAll(async () => await server.close());

async function make(path: string, data: object): Promise<string> {
  const answer = await server.call('POST', path, { data });
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body.data.id;
}
const newTeam = async (organization: string): Promise<string> =>
  await make(`/api/v2/organizations/${organization}/teams`, { attributes: { name: uniqueName('team') } });
const times = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

test("an organization's tokens are recreated at the same time without an error", async () => {
  const organization = await createOrganization(server);
  for (const kind of ['organization', 'audit-trails']) {
    const path = `/api/v2/organizations/${organization}/authentication-token?token=${kind}`;
    const answers = await times(8, async () => await server.call('POST', path));
    expect([kind, ...new Set(answers.map(({ status }) => status))]).toEqual([kind, 201]);
  }
});

test('a person invited by several organizations at the same time becomes one user', async () => {
  const organizations = await times(4, async () => await createOrganization(server));
  const teams = await Promise.all(organizations.map(newTeam));
  const email = `${uniqueName('invited')}@example.com`;
  const answers = await times(4, async (index) => {
    const relationships = { teams: { data: [{ id: teams[index], type: 'teams' }] } };
    const path = `/api/v2/organizations/${organizations[index]}/organization-memberships`;
    return await server.call('POST', path, { data: { attributes: { email }, relationships } });
  });
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(answers.map(({ body }) => body.data.relationships['user']?.data?.id)).size).toBe(1);
});

test("changes to different parts of a team's access at the same time all take effect", async () => {
  const organization = await createOrganization(server);
  const workspace = await createWorkspace(server, organization);
  const project = await make(`/api/v2/organizations/${organization}/projects`, {
    attributes: { name: 'Project' },
  });
  const team = await newTeam(organization);
  const ref = (type: string, id: string) => ({ data: { type, id } });
  const change = async (path: string, parts: object[]) => {
    const answers = await Promise.all(
      parts.map(async (attributes) => await server.call('PATCH', path, { data: { attributes } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(parts.map(() => 200));
    return (await server.call('GET', path)).body.data.attributes;
  };
  const flags = ['manage-workspaces', 'manage-modules', 'manage-run-tasks', 'read-projects'];
  const parts = flags.map((flag) => ({ 'organization-access': { [flag]: true } }));
  const wide = (await change(`/api/v2/teams/${team}`, parts))['organization-access'];
  expect(wide).toMatchObject(Object.fromEntries(flags.map((flag) => [flag, true])));

  const inWorkspace = await make('/api/v2/team-workspaces', {
    attributes: { access: 'custom' },
    relationships: { team: ref('teams', team), workspace: ref('workspaces', workspace) },
  });
  const details = [{ runs: 'apply' }, { variables: 'read' }, { 'workspace-locking': true }];
  expect(await change(`/api/v2/team-workspaces/${inWorkspace}`, details)).toMatchObject(
    Object.assign({}, ...details),
  );

  const inProject = await make('/api/v2/team-projects', {
    attributes: { access: 'custom' },
    relationships: { team: ref('teams', team), project: ref('projects', project) },
  });
  const both = [{ 'project-access': { teams: 'read' } }, { 'workspace-access': { runs: 'plan' } }];
  expect(await change(`/api/v2/team-projects/${inProject}`, both)).toMatchObject(Object.assign({}, ...both));
});

test('a resource deleted several times at once is deleted and recorded once', async () => {
  const organization = await createOrganization(server);
  const workspace = await createWorkspace(server, organization);
  const team = await newTeam(organization);
  const grant = await make('/api/v2/team-workspaces', {
    attributes: { access: 'read' },
    relationships: {
      team: { data: { type: 'teams', id: team } },
      workspace: { data: { type: 'workspaces', id: workspace } },
    },
  });
  const key = await make(`/api/v2/organizations/${organization}/ssh-keys`, {
    attributes: { name: 'one', value: 'a private key' },
  });
  const notification = await make(`/api/v2/workspaces/${workspace}/notification-configurations`, {
    attributes: { name: 'one', 'destination-type': 'generic', url: 'https://example.com/' },
  });
  const paths = [
    `team-workspaces/${grant}`,
    `teams/${team}`,
    `ssh-keys/${key}`,
    `notification-configurations/${notification}`,
  ];
  for (const path of paths) {
    const answers = await times(3, async () => await server.call('DELETE', `/api/v2/${path}`));
    expect([path, ...answers.map(({ status }) => status).sort()]).toEqual([path, 204, 404, 404]);
  }
  const trail = await server.call('GET', `/api/v2/organization/audit-trail?organization=${organization}`);
  const events = trail.body.data as unknown as { resource: { id: string; action: string } }[];
  const destroyed = events.filter(({ resource }) => resource.action === 'destroy');
  expect(destroyed.map(({ resource }) => resource.id)).toEqual([grant, team, key, notification]);
});

test('access for a team that is deleted at the same time causes no error of the server', async () => {
  const organization = await createOrganization(server);
  const workspace = await createWorkspace(server, organization);
  for (let round = 0; round < 10; round += 1) {
    const team = await newTeam(organization);
    const give = async () =>
      await server.call('POST', '/api/v2/team-workspaces', {
        data: {
          attributes: { access: 'read' },
          relationships: {
            team: { data: { type: 'teams', id: team } },
            workspace: { data: { type: 'workspaces', id: workspace } },
          },
        },
      });
    const remove = async () => await server.call('DELETE', `/api/v2/teams/${team}`);
    const answers = await Promise.all([give(), remove(), give(), give()]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
  }
});

test('tags are created in opposite orders at the same time without a deadlock', async () => {
  const organization = await createOrganization(server);
  const workspaces = await times(4, async () => await createWorkspace(server, organization));
  for (let round = 0; round < 10; round += 1) {
    const names = Array.from({ length: 400 }, (_, index) => `tag-${round}-${index}`);
    const answers = await times(4, async (index) => {
      const data = (index % 2 === 0 ? names : names.toReversed()).map((name) => ({ attributes: { name } }));
      return await server.call('POST', `/api/v2/workspaces/${workspaces[index]}/relationships/tags`, {
        data,
      });
    });
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  }
});

test('a notification that is disabled while another change waits for its receiver stays disabled', async () => {
  const held: ServerResponse[] = [];
  let isHolding = false;
  const receiver = createServer((_request, response) => {
    if (isHolding) held.push(response);
    else response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const organization = await createOrganization(server);
  const workspace = await createWorkspace(server, organization);
  const id = await make(`/api/v2/workspaces/${workspace}/notification-configurations`, {
    attributes: { name: 'one', 'destination-type': 'generic', enabled: true, url, triggers: [] },
  });
  const path = `/api/v2/notification-configurations/${id}`;
  isHolding = true;
  const moving = server.call('PATCH', path, { data: { attributes: { url: `${url}/elsewhere` } } });
  const deadline = Date.now() + 8_000;
  while (held.length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(held).toHaveLength(1);
  expect((await server.call('PATCH', path, { data: { attributes: { enabled: false } } })).status).toBe(200);
  held[0]?.end();
  const moved = await moving;
  const now = { enabled: false, url: `${url}/elsewhere` };
  expect([moved.status, moved.body.data.attributes]).toMatchObject([200, now]);
  expect((await server.call('GET', path)).body.data.attributes).toMatchObject(now);
  receiver.close();
});
