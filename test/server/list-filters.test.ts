/** Filters and orders of lists, each with what it leaves out. */
import { newId } from '@runwright/models';
import { expect, test } from 'vitest';
import { asCode, to } from '../support/as-code.ts';
import { uniqueName } from '../support/scenario.ts';
import { lock, managed, postState, stateFile } from '../support/states.ts';

const code = asCode();
const { call, make, newProject, newTeam, newWorkspace, attributesOf } = code;
const idsAt = async (path: string, token?: string) =>
  (await call('GET', path, undefined, token)).body.data.map(({ id }) => id);

test('projects are filtered by whether the caller may create workspaces in them, or change them', async () => {
  const [open, closed] = [await newProject(), await newProject()];
  const team = await newTeam();
  const username = uniqueName('maker');
  const token = await code.server.addUser(username, [code.organization], { as: 'member' });
  await call('POST', `/api/v2/teams/${team}/relationships/users`, [{ type: 'users', id: username }]);
  for (const [project, access] of [
    [open, 'maintain'],
    [closed, 'read'],
  ] as const) {
    await make('/api/v2/team-projects', {
      attributes: { access },
      relationships: { team: to('teams', team), project: to('projects', project) },
    });
  }
  const list = async (query: string) => (await idsAt(`${code.O}/projects?${query}`, token)).toSorted();
  expect(await list('')).toEqual([open, closed].toSorted());
  expect(await list('filter[permissions][create-workspace]=true')).toEqual([open]);
  expect(await list('filter[permissions][create_workspace]=false')).toEqual([open, closed].toSorted());
  expect(await list('filter[permissions][update]=true')).toEqual([]);
});

test('workspaces are filtered by all of some tags, any of them, or one without a value', async () => {
  const workspace = async (...tags: [string, string][]) =>
    await make(`${code.O}/workspaces`, {
      attributes: { name: uniqueName('tagged') },
      relationships: {
        'tag-bindings': {
          data: tags.map(([key, value]) => ({ type: 'tag-bindings', attributes: { key, value } })),
        },
      },
    });
  const both = await workspace(['env', 'prod'], ['team', 'web']);
  const env = await workspace(['env', 'prod']);
  const bare = await workspace(['env', '']);
  const list = async (query: string) => (await idsAt(`${code.O}/workspaces?${query}`)).toSorted();
  const wanted =
    'filter[tagged][0][key]=env&filter[tagged][0][value]=prod&filter[tagged][1][key]=team&filter[tagged][1][value]=web';
  expect(await list(wanted)).toEqual([both]);
  expect(await list(`${wanted}&filter[tag-union]=true`)).toEqual([both, env].toSorted());
  const anyValue = 'filter[tagged][0][key]=env';
  expect(await list(anyValue)).toEqual([both, env, bare].toSorted());
  expect(await list(`${anyValue}&filter[tag-value-default-null]=true`)).toEqual([bare]);
});

test('managed resources are found by address, and sorted as asked', async () => {
  const workspace = await newWorkspace();
  await lock(code.server, workspace);
  const resources = ['b', 'a', 'c'].map((name) => managed(name));
  await postState(code.server, workspace, stateFile({ resources }));
  const list = async (query: string) =>
    (await call('GET', `/api/v2/workspaces/${workspace}/resources?${query}`)).body.data.map(
      ({ attributes }) => attributes['name'],
    );
  expect(await list('')).toEqual(['a', 'b', 'c']);
  expect(await list('sort=name:desc')).toEqual(['c', 'b', 'a']);
  expect(await list('q=DATA.b')).toEqual(['b']);
  expect(await list('sort=providerType:asc')).toEqual(['a', 'b', 'c']);
  expect((await call('GET', `/api/v2/workspaces/${workspace}/resources?sort=name`)).status).toBe(400);
});

test('the consumers of a state are all workspaces if it is shared with all, else the named ones', async () => {
  const project = await newProject();
  const relationships = { project: to('projects', project) };
  const inside = async () =>
    await make(`${code.O}/workspaces`, { attributes: { name: uniqueName('ws') }, relationships });
  const [shared, neighbour, named] = [await inside(), await inside(), await newWorkspace()];
  const path = `/api/v2/workspaces/${shared}`;
  const consumers = `${path}/relationships/remote-state-consumers`;
  await call('POST', consumers, [{ type: 'workspaces', id: named }]);
  const list = async (query = '') => (await idsAt(`${consumers}?page[size]=100&${query}`)).toSorted();
  expect(await list()).toEqual([named]);
  await call('PATCH', path, { attributes: { 'project-remote-state': true } });
  expect(await list()).toEqual([shared, neighbour, named].toSorted());
  await call('PATCH', path, { attributes: { 'global-remote-state': true } });
  expect(await list()).toEqual(expect.arrayContaining([shared, neighbour, named]));
  expect(await list('show_only_configured=true')).toEqual([named]);
});

test('the members of a team are filtered by status', async () => {
  const team = await newTeam();
  const username = uniqueName('active');
  await code.server.addUser(username, [code.organization], { as: 'member' });
  await call('POST', `/api/v2/teams/${team}/relationships/users`, [{ type: 'users', id: username }]);
  const invited = await make(`${code.O}/organization-memberships`, {
    attributes: { email: `${uniqueName('invited')}@example.com` },
    relationships: { teams: { data: [{ type: 'teams', id: team }] } },
  });
  const members = `/api/v2/teams/${team}/relationships/organization-memberships`;
  const all = await idsAt(members);
  expect(all).toHaveLength(2);
  expect(await idsAt(`${members}?filter[status]=invited`)).toEqual([invited]);
  expect(await idsAt(`${members}?filter[status]=inactive`)).toEqual([]);
  expect(await idsAt(`${members}?filter[is_service_account]=true`)).toEqual([]);
  expect(await idsAt(`${members}?filter[is_service_account]=false`)).toEqual(all);
  expect((await idsAt(`${members}?sort=-status`))[0]).toBe(invited);
  expect((await idsAt(`${members}?sort=status`))[1]).toBe(invited);
});

test('the accesses to a workspace or project are filtered by team', async () => {
  const [workspace, project] = [await newWorkspace(), await newProject()];
  const [one, other] = [await newTeam(), await newTeam()];
  for (const [kind, id] of [
    ['workspace', workspace],
    ['project', project],
  ] as const) {
    const grants = [];
    for (const team of [one, other]) {
      const relationships = { team: to('teams', team), [kind]: to(`${kind}s`, id) };
      grants.push(await make(`/api/v2/team-${kind}s`, { attributes: { access: 'read' }, relationships }));
    }
    const list = `/api/v2/team-${kind}s?filter[${kind}][id]=${id}`;
    expect(await idsAt(list)).toEqual(grants);
    expect(await idsAt(`${list}&filter[team][id]=${other}`)).toEqual([grants[1]]);
  }
});

test('agents are sorted by their creation', async () => {
  const pool = await make(`${code.O}/agent-pools`, { attributes: { name: uniqueName('pool') } });
  const agents = ['b', 'a'].map((name, index) => ({
    ...{ id: newId('agent'), agent_pool_id: pool, name, identity: name, ip_address: '::1' },
    created_at: new Date(1_000 * index),
    last_ping_at: new Date(0),
  }));
  await code.server.platform.db.insertInto('agent').values(agents).execute();
  const list = async (sort: string) =>
    (await call('GET', `/api/v2/agent-pools/${pool}/agents?sort=${sort}`)).body.data.map(
      ({ attributes }) => attributes['name'],
    );
  expect([await list(''), await list('created-at'), await list('-created-at')]).toEqual([
    ['a', 'b'],
    ['b', 'a'],
    ['a', 'b'],
  ]);
});

test('tags are filtered by whether a workspace already has them', async () => {
  const tagged = await newWorkspace();
  const [has, lacks] = [uniqueName('has'), uniqueName('lacks')];
  const add = async (id: string, name: string) =>
    await call('POST', `/api/v2/workspaces/${id}/relationships/tags`, [
      { type: 'tags', attributes: { name } },
    ]);
  await add(tagged, has);
  await add(await newWorkspace(), lacks);
  const list = async (query: string) =>
    (await call('GET', `${code.O}/tags?${query}`)).body.data.map(({ attributes }) => attributes['name']);
  expect(await list('')).toEqual([has, lacks].toSorted());
  expect(await list(`filter[exclude][taggable][id]=${tagged}`)).toEqual([lacks]);
  expect(await list('filter[exclude][taggable][id]=ws-unknown')).toEqual([has, lacks].toSorted());
  expect(await attributesOf(`/api/v2/workspaces/${tagged}`)).toMatchObject({ 'tag-names': [has] });
});

test('organizations, tokens and notifications are listed completely unless a page is asked for', async () => {
  const workspace = await newWorkspace();
  const hooks = `/api/v2/workspaces/${workspace}/notification-configurations`;
  const team = await newTeam();
  const tokens = `/api/v2/teams/${team}/authentication-tokens`;
  const pool = await make(`${code.O}/agent-pools`, { attributes: { name: uniqueName('pool') } });
  const agents = `/api/v2/agent-pools/${pool}/authentication-tokens`;
  for (let count = 0; count < 20; count += 1) {
    const attributes = { name: uniqueName('n'), enabled: false, 'destination-type': 'generic' };
    await make(hooks, { attributes: { ...attributes, url: 'https://example.com/' } });
  }
  for (let count = 0; count < 21; count += 1) {
    await make(tokens, { attributes: { description: uniqueName('t') } });
    await make(agents, { attributes: { description: uniqueName('a') } });
    const name = uniqueName('one-of-many');
    await make('/api/v2/organizations', { attributes: { name, email: 'a@example.com' } });
  }
  const lists = { [hooks]: 20, [tokens]: 21, [agents]: 21, '/api/v2/organizations?q=one-of-many': 21 };
  for (const [path, count] of Object.entries(lists)) {
    const all = await call('GET', path);
    expect([path, all.body.data.length, all.body.meta?.pagination['total-count']]).toEqual([
      path,
      count,
      count,
    ]);
    const part = await call('GET', `${path}${path.includes('?') ? '&' : '?'}page[size]=5&page[number]=2`);
    expect([part.body.data.length, part.body.data[0]?.id]).toEqual([5, all.body.data[5]?.id]);
  }
});
