import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrganization, createWorkspace } from '../../support/scenario.ts';
import { lock, postState, stateFile, unlock } from '../../support/states.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
  workspaceId = await createWorkspace(server, organization);
});
afterAll(async () => await server.close());

const tagNames = async (id = workspaceId) =>
  (await server.call('GET', `/api/v2/workspaces/${id}`)).body.data.attributes['tag-names'];
const named = (...names: string[]) => ({
  data: names.map((name) => ({ type: 'tags', attributes: { name } })),
});
const bindings = (pairs: Record<string, string>) => ({
  data: Object.entries(pairs).map(([key, value]) => ({ type: 'tag-bindings', attributes: { key, value } })),
});
const found = async (query: string) => {
  const answer = await server.call('GET', `/api/v2/organizations/${organization}/workspaces?${query}`);
  expect(answer.status).toBe(200);
  return answer.body.data.map(({ attributes }) => attributes['name']);
};
const create = async (name: string, relationships: object = {}) =>
  await server.call('POST', `/api/v2/organizations/${organization}/workspaces`, {
    data: { type: 'workspaces', attributes: { name }, relationships },
  });

describe('tags', () => {
  const url = () => `/api/v2/workspaces/${workspaceId}/relationships/tags`;

  test('are added by name or by id, once, and removed', async () => {
    expect((await server.call('POST', url(), named('b', 'A', 'b'))).status).toBe(204);
    expect(await tagNames()).toEqual(['a', 'b']);
    const listed = await server.call('GET', url());
    expect(listed.body.data.map(({ attributes }) => attributes['instance-count'])).toEqual([1, 1]);
    const id = listed.body.data[0]?.id;
    expect((await server.call('DELETE', url(), { data: [{ type: 'tags', id }] })).status).toBe(204);
    expect(await tagNames()).toEqual(['b']);
    expect((await server.call('POST', url(), { data: [{ type: 'tags', id }] })).status).toBe(204);
    expect((await server.call('DELETE', url(), named('b'))).status).toBe(204);
    expect(await tagNames()).toEqual(['a']);
  });

  test.each([
    ['an empty name', named('')],
    ['a name with a comma', named('a,b')],
    ['an id of none', { data: [{ id: 'tag-AAAAAAAAAAAAAAAA' }] }],
    ['no list', { data: {} }],
  ])('refuse %s', async (_what, body) => {
    expect((await server.call('POST', url(), body)).status).toBe(422);
  });

  test('of an organization can be searched, added to workspaces and removed everywhere', async () => {
    await server.call('POST', url(), named('gone'));
    const listed = await server.call('GET', `/api/v2/organizations/${organization}/tags?q=GON`);
    expect(listed.body.data.map(({ attributes }) => attributes['name'])).toEqual(['gone']);
    const id = listed.body.data[0]?.id;
    const other = await createWorkspace(server, organization);
    const put = await server.call('POST', `/api/v2/tags/${id}/relationships/workspaces`, {
      data: [{ type: 'workspaces', id: other }],
    });
    expect(put.status).toBe(204);
    expect(await tagNames(other)).toEqual(['gone']);
    const removed = await server.call('DELETE', `/api/v2/organizations/${organization}/tags`, {
      data: [{ type: 'tags', id }],
    });
    expect(removed.status).toBe(204);
    expect(await tagNames(other)).toEqual([]);
    expect(await tagNames()).not.toContain('gone');
  });
});

describe('tags with values', () => {
  test('are added and changed one by one, and replaced with the workspace', async () => {
    const url = `/api/v2/workspaces/${workspaceId}/tag-bindings`;
    const pairs = (body: { data: { attributes: Record<string, unknown> }[] }) =>
      body.data.map(({ attributes }) => [attributes['key'], attributes['value']]);
    expect((await server.call('PATCH', url, bindings({ env: 'dev', team: '' }))).status).toBe(200);
    const changed = await server.call('PATCH', url, bindings({ env: 'prod' }));
    expect(pairs(changed.body)).toEqual([
      ['env', 'prod'],
      ['team', ''],
    ]);
    const replaced = await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
      data: { relationships: { 'tag-bindings': bindings({ only: 'this' }) } },
    });
    expect(replaced.status).toBe(200);
    expect(pairs((await server.call('GET', url)).body)).toEqual([['only', 'this']]);
  });

  test('are at most ten', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 'v']));
    const refused = await server.call(
      'PATCH',
      `/api/v2/workspaces/${workspaceId}/tag-bindings`,
      bindings(many),
    );
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.[0]?.detail).toBe('cannot exceed 10 bindings per resource');
  });

  test('are inherited from the project, where the workspace has no value of its own', async () => {
    const made = await create('inherits', { 'tag-bindings': bindings({ own: '1', both: 'mine' }) });
    const { id, relationships } = made.body.data;
    const project = `/api/v2/projects/${relationships['project']?.data?.id}/tag-bindings`;
    expect((await server.call('PATCH', project, bindings({ both: 'theirs', theirs: '2' }))).status).toBe(200);
    const effective = await server.call('GET', `/api/v2/workspaces/${id}/effective-tag-bindings`);
    expect(effective.body.data.map(({ attributes }) => Object.values(attributes))).toEqual([
      ['both', 'mine'],
      ['own', '1'],
      ['theirs', '2'],
    ]);
    const query = 'filter[tagged][0][key]=own&filter[tagged][0][value]=1&filter[tagged][1][key]=theirs';
    expect(await found(query)).toEqual(['inherits']);
    expect(await found('filter[tagged][0][key]=both&filter[tagged][0][value]=theirs')).not.toContain(
      'inherits',
    );
  });
});

test('workspaces are found by name, pattern, tags and project, and sorted', async () => {
  await create('find-one', { tags: named('x', 'y') });
  await create('find-two', { tags: named('x') });
  await create('third-find');
  expect(await found('search[name]=FIND')).toEqual(['find-one', 'find-two', 'third-find']);
  expect(await found('search[wildcard-name]=find*&sort=-name')).toEqual(['find-two', 'find-one']);
  expect(await found('search[wildcard-name]=*find')).toEqual(['third-find']);
  expect(await found('search[tags]=x')).toEqual(['find-one', 'find-two']);
  await create('keyed', { 'tag-bindings': bindings({ x: '1' }) });
  expect(await found('search[tags]=x&filter[tagged][0][key]=x&filter[tagged][0][value]=1')).toEqual([
    'keyed',
  ]);
  expect(await found('search[tags]=x,Y')).toEqual(['find-one']);
  expect(await found('search[name]=find&search[exclude-tags]=y')).toEqual(['find-two', 'third-find']);
  expect(await found('filter[project][id]=prj-AAAAAAAAAAAAAAAA')).toEqual([]);
  expect(await found('filter[current-run][status]=applied')).toEqual([]);
});

test('a workspace that is locked or manages resources is not deleted by a safe delete', async () => {
  const { id, attributes } = (await create('safe')).body.data;
  const byName = `/api/v2/organizations/${organization}/workspaces/${attributes['name']}/actions/safe-delete`;
  const refused = async (text: string) => {
    const answer = await server.call('POST', byName);
    expect([answer.status, answer.body.errors?.[0]?.detail]).toEqual([409, expect.stringContaining(text)]);
  };
  await lock(server, id);
  await refused('locked');
  await postState(server, id, stateFile({ serial: 1 }));
  await unlock(server, id);
  await refused('still managing resources');
  await lock(server, id);
  await postState(server, id, stateFile({ serial: 2, resources: [] }));
  await unlock(server, id);
  expect((await server.call('POST', `/api/v2/workspaces/${id}/actions/safe-delete`)).status).toBe(204);
  expect((await server.call('GET', `/api/v2/workspaces/${id}`)).status).toBe(404);
});

test('settings that clients write and read back are kept', async () => {
  const settings = {
    'source-name': 'a module',
    'trigger-prefixes': ['/modules'],
    'file-triggers-enabled': false,
    'auto-destroy-activity-duration': '14d',
    'project-remote-state': true,
  };
  const url = `/api/v2/workspaces/${workspaceId}`;
  const changed = await server.call('PATCH', url, { data: { attributes: settings } });
  expect(changed.body.data.attributes).toMatchObject(settings);
  const again = await server.call('PATCH', url, { data: { attributes: { 'source-name': null } } });
  expect(again.body.data.attributes).toMatchObject({ ...settings, 'source-name': null });
  // HashiCorp's client for Python writes an empty object for no repository.
  const none = await server.call('PATCH', url, { data: { attributes: { 'vcs-repo': {} } } });
  expect([none.status, none.body.data.attributes['vcs-repo']]).toEqual([200, null]);
  for (const wrong of [
    { 'trigger-prefixes': ['a'], 'trigger-patterns': ['b'] },
    { 'auto-destroy-activity-duration': 'soon' },
    { 'vcs-repo': { identifier: 'a/b' } },
  ]) {
    expect((await server.call('PATCH', url, { data: { attributes: wrong } })).status).toBe(422);
  }
});

describe('excessive numbers of', () => {
  const many = (item: (index: number) => object): object[] =>
    Array.from({ length: 4_000 }, (_, index) => item(index));

  test.each([
    [
      'POST',
      () => `workspaces/${workspaceId}/relationships/tags`,
      (i: number) => ({ attributes: { name: `${i}` } }),
    ],
    [
      'PATCH',
      () => `workspaces/${workspaceId}/tag-bindings`,
      (i: number) => ({ attributes: { key: `${i}` } }),
    ],
    ['DELETE', () => `organizations/${organization}/tags`, (i: number) => ({ id: `tag-${i}` })],
  ])('tags in one request of %s are refused', async (method, path, item) => {
    const answer = await server.call(method, `/api/v2/${path()}`, { data: many(item) });
    expect([answer.status, answer.body.errors?.[0]?.source]).toEqual([422, { pointer: '/data' }]);
  });

  test('workspaces for one tag are refused', async () => {
    await server.call('POST', `/api/v2/workspaces/${workspaceId}/relationships/tags`, named('wide'));
    const tags = await server.call('GET', `/api/v2/organizations/${organization}/tags?q=wide`);
    const path = `/api/v2/tags/${(tags.body.data as unknown as { id: string }[])[0]?.id}/relationships/workspaces`;
    const answer = await server.call('POST', path, { data: many(() => ({ id: workspaceId })) });
    expect([answer.status, answer.body.errors?.[0]?.source]).toEqual([422, { pointer: '/data' }]);
    const twice = await server.call('POST', path, { data: [{ id: workspaceId }, { id: workspaceId }] });
    expect(twice.status).toBe(204);
  });
});
