import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, readyWorkspace, uniqueName } from '../support/scenario.ts';
import { claimStepOf } from '../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let organization: string;
let workspaceId: string;
let projectId: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ organization, workspaceId } = await readyWorkspace(server));
  const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
  projectId = workspace.body.data.relationships['project']?.data?.id ?? '';
});
afterAll(async () => await server.close());

const make = async (path: string, data: object) =>
  (await server.call('POST', `/api/v2/${path}`, { data })).body.data;

/** A member of a team with this access. @returns the token, and the path of the access */
async function addVisitor(kind: 'workspace' | 'project', access: string) {
  const name = uniqueName('visitor');
  const secret = await server.addUser(name, [organization], { as: 'member' });
  const { id } = await make(`organizations/${organization}/teams`, { attributes: { name } });
  await server.call('POST', `/api/v2/teams/${id}/relationships/users`, { data: [{ id: name }] });
  const target = kind === 'workspace' ? workspaceId : projectId;
  const grant = await make(`team-${kind}s`, {
    attributes: { access },
    relationships: {
      team: { data: { id, type: 'teams' } },
      [kind]: { data: { id: target, type: `${kind}s` } },
    },
  });
  return { secret, path: `/api/v2/team-${kind}s/${grant.id}` };
}

test.each([
  ['read', null],
  ['plan', null],
  ['write', null],
  ['admin', 'https://example.com/hooks/a-secret'],
])('the address of a hook is shown to the level %s as %j', async (level, shown) => {
  const hook = await make(`workspaces/${workspaceId}/notification-configurations`, {
    attributes: {
      name: uniqueName('hook'),
      'destination-type': 'generic',
      url: 'https://example.com/hooks/a-secret',
      enabled: false,
    },
  });
  const { secret } = await addVisitor('workspace', level);
  const read = await server.call('GET', `/api/v2/notification-configurations/${hook.id}`, undefined, secret);
  expect([read.status, read.body.data.attributes['url']]).toEqual([200, shown]);
  const path = `/api/v2/workspaces/${workspaceId}/notification-configurations`;
  const { text } = await server.call('GET', path, undefined, secret);
  expect(text.includes('a-secret')).toBe(shown !== null);
});

test.each([
  ['admin', {}, { runs: 'read', variables: 'none', 'state-versions': 'none', 'workspace-locking': false }],
  ['write', { runs: 'plan' }, { runs: 'plan', variables: 'none', 'state-versions': 'none' }],
  ['plan', { variables: 'read' }, { runs: 'read', variables: 'read', 'state-versions': 'none' }],
])('a level of %s that becomes custom keeps none of its permissions', async (access, details, expected) => {
  const { path } = await addVisitor('workspace', access);
  const changed = await server.call('PATCH', path, {
    data: { attributes: { access: 'custom', ...details } },
  });
  expect(changed.body.data.attributes).toMatchObject(expected);
  // A change of a custom level changes only the named parts.
  const again = await server.call('PATCH', path, { data: { attributes: { 'workspace-locking': true } } });
  expect(again.body.data.attributes).toMatchObject({ ...expected, 'workspace-locking': true });
});

test('a project level that becomes custom keeps none of its permissions', async () => {
  const { path } = await addVisitor('project', 'admin');
  const changed = await server.call('PATCH', path, { data: { attributes: { access: 'custom' } } });
  expect(changed.body.data.attributes).toMatchObject({
    'project-access': { settings: 'read', teams: 'none' },
    'workspace-access': { runs: 'read', variables: 'none', create: false, delete: false },
  });
});

test.each(['/api/v2/account/details', '/api/v2/nothing', '/api/v2/ping', '/api/v2/users/none'])(
  'no cache may store the answer of %s',
  async (path) => {
    for (const token of [undefined, null, 'wrong']) {
      const { headers } = await server.call('GET', path, undefined, token);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  },
);

test('no cache may store a configuration from a signed address', async () => {
  const versions = await server.call('GET', `/api/v2/workspaces/${workspaceId}/configuration-versions`);
  const path = `/api/v2/configuration-versions/${versions.body.data[0]?.id ?? ''}/download`;
  const address = (await server.call('GET', path)).headers.get('location') ?? '';
  const { status, headers } = await fetch(address);
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
});

test('a saved plan is the current run of its workspace once it is applied', async () => {
  const { workspaceId: own } = await readyWorkspace(server);
  const currentRun = async () =>
    (await server.call('GET', `/api/v2/workspaces/${own}`)).body.data.relationships['current-run']?.data?.id;
  const saved = await createRun(server, own, { 'save-plan': true });
  expect(await currentRun()).toBeUndefined();
  await (await claimStepOf(server, saved))?.finishPlan();
  expect(await currentRun()).toBeUndefined();
  expect((await server.call('POST', `/api/v2/runs/${saved}/actions/apply`)).status).toBe(202);
  expect(await currentRun()).toBe(saved);
});

test('a caller without a token learns neither version nor settings from public endpoints', async () => {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  for (const path of ['/healthz', '/readyz', '/api/v2/ping', '/.well-known/terraform.json']) {
    const { status, text } = await server.call('GET', path, undefined, null);
    expect([path, status < 300, text.includes(version), text.includes(server.homeFolder)]).toEqual([
      path,
      true,
      false,
      false,
    ]);
  }
});
