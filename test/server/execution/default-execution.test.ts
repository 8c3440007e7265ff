import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authenticateSecret } from '../../../src/server/access/authenticate.ts';
import { deleteWorkspace } from '../../../src/server/deletion/delete-workspace.ts';
import { readWorkspace } from '../../../src/server/workspaces/service.ts';
import { createOrganization, createWorkspace, uniqueName } from '../../support/scenario.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../../support/server.ts';
import { lock, postState, stateFile, unlock } from '../../support/states.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

let organization: string;
let poolId: string;
let projectId: string;
beforeEach(async () => {
  organization = await createOrganization(server);
  poolId = await createPool();
  const project = await server.call('POST', `/api/v2/organizations/${organization}/projects`, {
    data: { type: 'projects', attributes: { name: 'inner' } },
  });
  projectId = project.body.data.id;
});

async function createPool(attributes: Record<string, unknown> = {}): Promise<string> {
  const pool = await server.call('POST', `/api/v2/organizations/${organization}/agent-pools`, {
    data: { type: 'agent-pools', attributes: { name: uniqueName('pool'), ...attributes } },
  });
  expect(pool.status).toBe(201);
  return pool.body.data.id;
}
const change = async (url: string, attributes: Record<string, unknown>): Promise<ApiAnswer> =>
  await server.call('PATCH', `/api/v2/${url}`, { data: { attributes } });
const setOrganization = async (attributes: Record<string, unknown>) =>
  await change(`organizations/${organization}`, attributes);
const setProject = async (attributes: Record<string, unknown>) =>
  await change(`projects/${projectId}`, attributes);
const setWorkspace = async (id: string, attributes: Record<string, unknown>) =>
  await change(`workspaces/${id}`, attributes);

async function inProject(attributes: Record<string, unknown> = {}): Promise<string> {
  const answer = await server.call('POST', `/api/v2/organizations/${organization}/workspaces`, {
    data: {
      attributes: { name: uniqueName('ws'), ...attributes },
      relationships: { project: { data: { id: projectId, type: 'projects' } } },
    },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.data.id;
}

/** Mode, pool, and whether the workspace has its own setting. */
async function execution(id: string): Promise<unknown[]> {
  const { attributes, relationships } = (await server.call('GET', `/api/v2/workspaces/${id}`)).body.data;
  const overwrites = attributes['setting-overwrites'] as Record<string, boolean>;
  expect(overwrites['agent-pool']).toBe(overwrites['execution-mode']);
  return [
    attributes['execution-mode'],
    relationships?.['agent-pool']?.data?.id ?? null,
    overwrites['execution-mode'],
  ];
}

const agentDefault = () => ({ 'default-execution-mode': 'agent', 'default-agent-pool-id': poolId });

describe('a workspace without a mode of its own', () => {
  test("has the organization's mode, also after a change of it", async () => {
    const before = await createWorkspace(server, organization);
    expect(await execution(before)).toEqual(['remote', null, false]);
    expect((await setOrganization(agentDefault())).status).toBe(200);
    expect(await execution(before)).toEqual(['agent', poolId, false]);
    expect(await execution(await createWorkspace(server, organization))).toEqual(['agent', poolId, false]);
    await setOrganization({ 'default-execution-mode': 'local' });
    expect(await execution(before)).toEqual(['local', null, false]);
  });

  test("has the project's mode, if the project has one", async () => {
    const id = await inProject();
    const outside = await createWorkspace(server, organization);
    const set = await setProject(agentDefault());
    expect(set.body.data.attributes).toMatchObject({
      'default-execution-mode': 'agent',
      'setting-overwrites': { 'default-execution-mode': true, 'default-agent-pool': true },
    });
    expect(set.body.data.relationships?.['default-agent-pool']).toMatchObject({ data: { id: poolId } });
    await setOrganization({ 'default-execution-mode': 'local' });
    expect(await execution(id)).toEqual(['agent', poolId, false]);
    expect(await execution(outside)).toEqual(['local', null, false]);

    const move = { data: [{ id: outside, type: 'workspaces' }] };
    await server.call('POST', `/api/v2/projects/${projectId}/relationships/workspaces`, move);
    expect(await execution(outside)).toEqual(['agent', poolId, false]);

    const back = await setProject({ 'setting-overwrites': { 'default-execution-mode': false } });
    expect(back.body.data.attributes).toMatchObject({
      'default-execution-mode': 'local',
      'setting-overwrites': { 'default-execution-mode': false, 'default-agent-pool': false },
    });
    expect(await execution(id)).toEqual(['local', null, false]);
  });
});

test('a workspace with its own mode keeps it until it is told to inherit', async () => {
  const id = await inProject({ 'execution-mode': 'local' });
  expect(await execution(id)).toEqual(['local', null, true]);
  await setOrganization(agentDefault());
  expect(await execution(id)).toEqual(['local', null, true]);
  await setWorkspace(id, { 'setting-overwrites': { 'execution-mode': false, 'agent-pool': false } });
  expect(await execution(id)).toEqual(['agent', poolId, false]);
  await setWorkspace(id, { 'setting-overwrites': { 'execution-mode': true } });
  await setOrganization({ 'default-execution-mode': 'remote' });
  expect(await execution(id)).toEqual(['agent', poolId, true]);
  await setWorkspace(id, { description: 'what else changes changes nothing of it' });
  expect(await execution(id)).toEqual(['agent', poolId, true]);
  await setWorkspace(id, { operations: true });
  expect(await execution(id)).toEqual(['remote', null, true]);
});

describe('a default pool', () => {
  test('must be a pool that all workspaces may use', async () => {
    const narrow = await createPool({ 'organization-scoped': false });
    const answers = [
      await setOrganization({ ...agentDefault(), 'default-agent-pool-id': narrow }),
      await setProject({ ...agentDefault(), 'default-agent-pool-id': narrow }),
      await setOrganization({ ...agentDefault(), 'default-agent-pool-id': 'apool-nothing' }),
      await setProject({ 'default-execution-mode': 'agent' }),
      await setProject({ 'default-execution-mode': 'remote', 'default-agent-pool-id': poolId }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
    expect(answers.map(({ body }) => body.errors?.[0]?.source?.pointer)).toEqual(
      answers.map(() => '/data/attributes/default-agent-pool-id'),
    );
  });

  test('cannot be deleted, not even while it becomes the default', async () => {
    await setProject(agentDefault());
    const refused = await server.call('DELETE', `/api/v2/agent-pools/${poolId}`);
    expect([refused.status, refused.body.errors?.[0]?.detail]).toEqual([
      409,
      'The agent pool is the default agent pool of the project inner.',
    ]);
    for (let round = 0; round < 5; round += 1) {
      const racing = await createPool();
      const [set, gone] = await Promise.all([
        setOrganization({ ...agentDefault(), 'default-agent-pool-id': racing }),
        server.call('DELETE', `/api/v2/agent-pools/${racing}`),
      ]);
      expect([
        [200, 409],
        [422, 204],
      ]).toContainEqual([set.status, gone.status]);
    }
  });

  test('is deleted with its organization', async () => {
    await setOrganization(agentDefault());
    await setProject(agentDefault());
    await inProject();
    expect((await server.call('DELETE', `/api/v2/organizations/${organization}`)).status).toBe(204);
    expect((await server.call('GET', `/api/v2/agent-pools/${poolId}`)).status).toBe(404);
  });
});

test('workspaces that are created during a change of the default follow the new default', async () => {
  const [, ...made] = await Promise.all([
    setOrganization(agentDefault()),
    ...Array.from({ length: 8 }, async () => await createWorkspace(server, organization)),
  ]);
  for (const id of made) expect(await execution(id)).toEqual(['agent', poolId, false]);
});

test('a workspace with resources can be deleted by its admins only if the organization allows it', async () => {
  const id = await createWorkspace(server, organization);
  const team = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
    data: { type: 'teams', attributes: { name: 'admins-of-one' } },
  });
  const token = await server.call('POST', `/api/v2/teams/${team.body.data.id}/authentication-token`);
  await server.call('POST', '/api/v2/team-workspaces', {
    data: {
      attributes: { access: 'admin' },
      relationships: {
        team: { data: { id: team.body.data.id, type: 'teams' } },
        workspace: { data: { id, type: 'workspaces' } },
      },
    },
  });
  const secret = String(token.body.data.attributes['token']);
  const remove = async () => await server.call('DELETE', `/api/v2/workspaces/${id}`, undefined, secret);
  const origin = { address: '127.0.0.1', requestId: 'a-request' };
  const admin = await authenticateSecret(server.platform, secret, origin, 'account');
  const seenEmpty = await readWorkspace(server.platform, admin, id, 'delete');
  await lock(server, id);
  await postState(server, id, stateFile());
  await unlock(server, id);
  await expect(deleteWorkspace(server.platform, admin, seenEmpty)).rejects.toThrow('manages a resource');
  const refused = await remove();
  expect([refused.status, refused.body.errors?.[0]?.detail]).toEqual([
    403,
    expect.stringContaining('manages a resource'),
  ]);
  await setOrganization({ 'allow-force-delete-workspaces': true });
  expect((await remove()).status).toBe(204);
});
