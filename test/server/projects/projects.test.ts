import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganization, createWorkspace, uniqueName } from '../../support/scenario.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

let organization: string;
beforeEach(async () => void (organization = await createOrganization(server)));

const create = async (attributes: object, relationships?: object): Promise<ApiAnswer> =>
  await server.call('POST', `/api/v2/organizations/${organization}/projects`, {
    data: { type: 'projects', attributes, relationships },
  });
const idOf = async (name: string) => (await create({ name })).body.data.id;
const read = async (id: string) => (await server.call('GET', `/api/v2/projects/${id}`)).body.data.attributes;
const update = async (id: string, attributes: object, token?: string) =>
  await server.call('PATCH', `/api/v2/projects/${id}`, { data: { attributes } }, token);
const remove = async (id: string, token?: string) =>
  await server.call('DELETE', `/api/v2/projects/${id}`, undefined, token);
const move = async (id: string, workspaceIds: string[], token?: string) =>
  await server.call(
    'POST',
    `/api/v2/projects/${id}/relationships/workspaces`,
    { data: workspaceIds.map((workspaceId) => ({ id: workspaceId, type: 'workspaces' })) },
    token,
  );
const names = async (query = '') =>
  (await server.call('GET', `/api/v2/organizations/${organization}/projects${query}`)).body.data.map(
    ({ attributes }) => attributes['name'],
  );
const projectOf = async (workspaceId: string) =>
  (await server.call('GET', `/api/v2/workspaces/${workspaceId}`)).body.data.relationships['project']?.data
    ?.id;

async function defaultProject(): Promise<string> {
  const { body } = await server.call('GET', `/api/v2/organizations/${organization}`);
  return body.data.relationships['default-project']?.data?.id ?? '';
}

test('projects are filtered by a part of the name or by names, and sorted', async () => {
  for (const name of ['apple tree', 'apple pie', 'pear']) await create({ name });
  expect(await names()).toEqual(['Default Project', 'apple pie', 'apple tree', 'pear']);
  expect(await names('?q=APPLE')).toEqual(['apple pie', 'apple tree']);
  expect(await names('?q=%25')).toEqual([]);
  expect(await names('?filter[names]=pear,%20apple%20pie')).toEqual(['apple pie', 'pear']);
  expect(await names('?q=apple&sort=-name')).toEqual(['apple tree', 'apple pie']);
  expect(await names('?q=apple&sort=-name&page[size]=1&page[number]=2')).toEqual(['apple pie']);
});

describe('a project', () => {
  test('changes only in the attributes that are given', async () => {
    const id = (await create({ name: 'first', description: 'kept' })).body.data.id;
    const changed = await update(id, { name: 'second' });
    expect(changed.status).toBe(200);
    expect(changed.body.data.attributes).toMatchObject({ name: 'second', description: 'kept' });
    expect((await update(id, { description: null })).body.data.attributes['description']).toBeNull();
    const taken = await update(id, { name: 'Default Project' });
    expect(taken.status).toBe(422);
    expect(taken.body.errors?.[0]?.detail).toBe('Name has already been taken');
    expect((await update(id, { name: 'x' })).status).toBe(422);
    expect(await read(id)).toMatchObject({ name: 'second' });
  });

  test('counts its resources', async () => {
    const id = await idOf('a project');
    const workspaceId = await createWorkspace(server, organization);
    expect(await read(id)).toMatchObject({ 'workspace-count': 0, 'team-count': 0, 'stack-count': 0 });
    expect(await move(id, [workspaceId])).toMatchObject({ status: 204, text: '' });
    expect(await read(id)).toMatchObject({ 'workspace-count': 1 });
  });

  test('is deleted only without workspaces, and the default project never', async () => {
    const id = await idOf('a project');
    const workspaceId = await createWorkspace(server, organization);
    await move(id, [workspaceId]);
    const refused = await remove(id);
    expect(refused.status).toBe(409);
    expect(refused.body.errors?.[0]?.detail).toContain('a project has workspaces (1)');
    await move(await defaultProject(), [workspaceId]);
    expect(await remove(id)).toMatchObject({ status: 204, text: '' });
    expect((await remove(id)).status).toBe(404);
    await server.call('DELETE', `/api/v2/workspaces/${workspaceId}`);
    const kept = await remove(await defaultProject());
    expect(kept.status).toBe(422);
    expect(kept.body.errors?.[0]?.detail).toContain('default project');
  });

  test('gets its tags when it is created, and a change replaces them', async () => {
    const binding = (key: string) => ({
      'tag-bindings': { data: [{ type: 'tag-bindings', attributes: { key, value: 'v' } }] },
    });
    const id = (await create({ name: 'tagged' }, binding('one'))).body.data.id;
    const keys = async () =>
      (await server.call('GET', `/api/v2/projects/${id}/tag-bindings`)).body.data.map(
        ({ attributes }) => attributes['key'],
      );
    expect(await keys()).toEqual(['one']);
    await server.call('PATCH', `/api/v2/projects/${id}`, { data: { relationships: binding('two') } });
    expect(await keys()).toEqual(['two']);
    await create({ name: 'other' }, binding('two'));
    const found = async (query: string) => {
      const path = `/api/v2/organizations/${organization}/projects?${query}`;
      return (await server.call('GET', path)).body.data.map(({ attributes }) => attributes['name']);
    };
    const tagged = 'filter[tagged][0][key]=two&filter[tagged][0][value]';
    expect(await found(`${tagged}=v`)).toEqual(['other', 'tagged']);
    expect(await found('filter[tagged][0][key]=two')).toEqual(['other', 'tagged']);
    expect(await found(`${tagged}=v&q=oth`)).toEqual(['other']);
    expect(await found(`${tagged}=w`)).toEqual([]);
    expect(await found('filter[tagged][0][key]=one')).toEqual([]);
    expect(await found(`${tagged}=v&filter[tagged][1][key]=one`)).toEqual([]);
  });

  test('takes over workspaces, all or none', async () => {
    const id = await idOf('a project');
    const first = await createWorkspace(server, organization);
    const second = await createWorkspace(server, organization);
    const elsewhere = await createWorkspace(server, await createOrganization(server));
    const refused = await move(id, [first, elsewhere]);
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.[0]?.detail).toContain(elsewhere);
    expect((await move(id, [first, 'ws-AAAAAAAAAAAAAAAA'])).status).toBe(404);
    expect(await projectOf(first)).toBe(await defaultProject());
    expect((await move(id, [first, second])).status).toBe(204);
    expect([await projectOf(first), await projectOf(second)]).toEqual([id, id]);
  });

  test('cannot be changed without permission', async () => {
    const id = await idOf('a project');
    const workspaceId = await createWorkspace(server, organization);
    const member = await server.addUser(uniqueName('member'), [organization], { as: 'member' });
    expect((await update(id, { name: 'mine' }, member)).status).toBe(404);
    expect((await remove(id, member)).status).toBe(404);
    expect((await move(id, [workspaceId], member)).status).toBe(404);
    const team = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
      data: {
        attributes: {
          name: 'readers',
          'organization-access': { 'read-projects': true, 'read-workspaces': true },
        },
      },
    });
    expect(team.status).toBe(201);
    const token = await server.call('POST', `/api/v2/teams/${team.body.data.id}/authentication-token`);
    const reader = String(token.body.data.attributes['token']);
    expect((await move(id, [workspaceId], reader)).status).toBe(403);
    expect((await update(id, { name: 'mine' }, reader)).status).toBe(404);
    expect(await projectOf(workspaceId)).toBe(await defaultProject());
  });
});
