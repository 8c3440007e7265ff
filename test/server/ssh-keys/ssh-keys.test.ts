import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

const create = async (attributes: object, owner = organization) =>
  await server.call('POST', `/api/v2/organizations/${owner}/ssh-keys`, {
    data: { type: 'ssh-keys', attributes },
  });
const assign = async (workspaceId: string, id: string | null) =>
  await server.call('PATCH', `/api/v2/workspaces/${workspaceId}/relationships/ssh-key`, {
    data: { type: 'workspaces', attributes: { id } },
  });

test('a key is stored, named, changed and deleted, and its value is never shown', async () => {
  const created = await create({ name: 'deploy', value: 'PRIVATE-KEY-TEXT' });
  expect([created.status, created.body.data.attributes['name']]).toEqual([201, 'deploy']);
  const path = `/api/v2/ssh-keys/${created.body.data.id}`;
  const answers = [
    created,
    await server.call('GET', path),
    await server.call('GET', `/api/v2/organizations/${organization}/ssh-keys`),
    await server.call('PATCH', path, {
      data: { attributes: { name: 'other', value: 'PRIVATE-KEY-TEXT-2' } },
    }),
  ];
  for (const { text } of answers) expect(text).not.toContain('PRIVATE-KEY');
  const { db } = server.platform;
  const stored = [
    await db.selectFrom('ssh_key').selectAll().execute(),
    await db.selectFrom('audit_entry').selectAll().execute(),
  ];
  expect(JSON.stringify(stored)).not.toContain('PRIVATE-KEY');
  expect((await server.call('DELETE', path)).status).toBe(204);
  expect((await server.call('GET', path)).status).toBe(404);
});

test.each([
  [{ name: 'x' }, 'value'],
  [{ name: 'x', value: '' }, 'value'],
  [{ value: 'x' }, 'name'],
  [{ name: 'x', value: 'v'.repeat(65_537) }, 'value'],
])('%# a key is refused at the wrong field', async (attributes, name) => {
  const answer = await create(attributes);
  expect([answer.status, answer.body.errors?.[0]?.source?.pointer]).toEqual([
    422,
    `/data/attributes/${name}`,
  ]);
});

test('a workspace uses a key of its organization, and its runner gets the value until the key is deleted', async () => {
  const workspaceId = await createWorkspace(server, organization);
  await uploadConfiguration(server, workspaceId);
  const foreign = await create({ name: 'f', value: 'FOREIGN' }, await createOrganization(server));
  expect((await assign(workspaceId, foreign.body.data.id)).status).toBe(404);
  const key = (await create({ name: 'mine', value: 'PRIVATE-KEY-TEXT' })).body.data;
  const assigned = await assign(workspaceId, key.id);
  expect(assigned.body.data.relationships['ssh-key']?.data).toEqual({ id: key.id, type: 'ssh-keys' });
  await createRun(server, workspaceId);
  const step = await mustClaim(server);
  expect(step.sshKey).toBe('PRIVATE-KEY-TEXT');
  await step.finish({ outcome: 'errored' });
  await server.call('DELETE', `/api/v2/ssh-keys/${key.id}`);
  const read = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
  expect(read.body.data.relationships['ssh-key']?.data).toBeNull();
  await createRun(server, workspaceId);
  expect((await mustClaim(server)).sshKey).toBeNull();
  expect((await assign(workspaceId, null)).status).toBe(200);
});
