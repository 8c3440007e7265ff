import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganization, createWorkspace, uniqueName } from '../../support/scenario.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let projectId: string;
let workspaceId: string;
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

const refs = (type: string, ...ids: string[]) => ({ data: ids.map((id) => ({ id, type })) });
const variable = (key: string, value: string, more: object = {}) => ({
  type: 'vars',
  attributes: { key, value, category: 'terraform', ...more },
});

async function create(attributes: Record<string, unknown>, relationships: object = {}): Promise<ApiAnswer> {
  return await server.call('POST', `/api/v2/organizations/${organization}/varsets`, {
    data: { type: 'varsets', attributes: { name: uniqueName('set'), ...attributes }, relationships },
  });
}
const path = (answer: ApiAnswer): string => `/api/v2/varsets/${answer.body.data.id}`;
const effective = async (id = workspaceId): Promise<Record<string, unknown>> => {
  const { body } = await server.call('GET', `/api/v2/workspaces/${id}/all-vars`);
  return Object.fromEntries(body.data.map(({ attributes }) => [attributes['key'], attributes['value']]));
};
const reaching = async (id = workspaceId): Promise<string[]> =>
  (await server.call('GET', `/api/v2/workspaces/${id}/varsets`)).body.data.map((set) => set.id);

describe('a variable set', () => {
  test('is created with variables, read with what it includes, changed and deleted', async () => {
    const created = await create(
      { name: 'common', description: 'for all' },
      { vars: { data: [variable('a', '1'), variable('b', 'hidden-value', { sensitive: true })] } },
    );
    expect(created.status).toBe(201);
    expect(created.body.data).toMatchObject({
      type: 'varsets',
      attributes: {
        name: 'common',
        description: 'for all',
        global: false,
        priority: false,
        'var-count': 2,
        'workspace-count': 0,
        permissions: { 'can-update': true },
      },
      relationships: { parent: { data: { id: organization, type: 'organizations' } } },
    });
    const read = await server.call('GET', `${path(created)}?include=vars`);
    expect(read.body.included?.map(({ attributes }) => attributes['value'])).toEqual(
      expect.arrayContaining(['1', null]),
    );
    expect(read.text).not.toContain('hidden-value');
    expect((await server.call('GET', `${path(created)}?include=teams`)).status).toBe(400);
    const body = { data: { type: 'varsets', attributes: { priority: true } } };
    const changed = await server.call('PATCH', path(created), body);
    expect(changed.body.data.attributes).toMatchObject({
      name: 'common',
      description: 'for all',
      priority: true,
    });
    const list = await server.call('GET', `/api/v2/organizations/${organization}/varsets?q=COMM`);
    expect(list.body.data.map(({ id }) => id)).toEqual([created.body.data.id]);
    expect((await server.call('DELETE', path(created))).status).toBe(204);
    expect((await server.call('GET', path(created))).status).toBe(404);
  });

  test('has variables of its own', async () => {
    const set = await create({});
    const vars = `${path(set)}/relationships/vars`;
    const made = await server.call('POST', vars, { data: variable('x', '1') });
    expect(made.body.data.relationships['varset']?.data?.id).toBe(set.body.data.id);
    expect((await server.call('POST', vars, { data: variable('x', '2') })).body.errors?.[0]?.detail).toBe(
      'Key has already been taken',
    );
    const one = `${vars}/${made.body.data.id}`;
    await server.call('PATCH', one, { data: { type: 'vars', attributes: { value: '3' } } });
    expect((await server.call('GET', one)).body.data.attributes['value']).toBe('3');
    expect((await server.call('GET', vars)).body.data).toHaveLength(1);
    expect(
      (await server.call('GET', `/api/v2/workspaces/${workspaceId}/vars/${made.body.data.id}`)).status,
    ).toBe(404);
    expect(
      (await server.call('PATCH', `/api/v2/vars/${made.body.data.id}`, { data: { attributes: {} } })).status,
    ).toBe(404);
    expect((await server.call('DELETE', one)).status).toBe(204);
    expect((await server.call('GET', vars)).body.data).toEqual([]);
  });

  test('is refused with a wrong name or variable, or if it is both global and of a project', async () => {
    await create({ name: 'taken' });
    expect((await create({ name: 'taken' })).body.errors?.[0]?.detail).toBe('Name has already been taken');
    expect((await create({ name: ' ' })).body.errors?.[0]?.source?.pointer).toBe('/data/attributes/name');
    const wrong = await create(
      { name: 'half' },
      { vars: { data: [variable('a', '1'), variable('a\nb', '2')] } },
    );
    expect(wrong.body.errors?.[0]?.source?.pointer).toBe('/data/relationships/vars/data/1/attributes/key');
    const parent = { parent: { data: { id: projectId, type: 'projects' } } };
    const global = await create({ global: true }, parent);
    expect([global.status, global.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/attributes/global',
    ]);
    const names = (await server.call('GET', `/api/v2/organizations/${organization}/varsets`)).body.data;
    expect(names.map(({ attributes }) => attributes['name'])).toEqual(['taken']);
  });

  test('reaches a workspace globally, through its project or directly, and no other workspace', async () => {
    const other = await createWorkspace(server, organization);
    const global = await create({ global: true }, { vars: { data: [variable('global', '1')] } });
    const direct = await create({}, { vars: { data: [variable('direct', '1')] } });
    await create({}, { vars: { data: [variable('nowhere', '1')] } });
    const given = await server.call(
      'POST',
      `${path(direct)}/relationships/workspaces`,
      refs('workspaces', workspaceId),
    );
    expect(given.status).toBe(204);
    expect(await effective()).toEqual({ direct: '1', global: '1' });
    expect(await effective(other)).toEqual({ global: '1' });
    expect((await reaching()).sort()).toEqual([global.body.data.id, direct.body.data.id].sort());

    await server.call('POST', `${path(direct)}/relationships/projects`, refs('projects', projectId));
    expect(await effective(other)).toEqual({ direct: '1', global: '1' });
    const ofProject = await server.call('GET', `/api/v2/projects/${projectId}/varsets`);
    expect(ofProject.body.meta?.pagination['total-count']).toBe(2);
    await server.call('DELETE', `${path(direct)}/relationships/projects`, refs('projects', projectId));
    await server.call('DELETE', `${path(direct)}/relationships/workspaces`, refs('workspaces', workspaceId));
    expect(await effective()).toEqual({ global: '1' });
    const replaced = await server.call('PATCH', path(direct), {
      data: { type: 'varsets', relationships: { workspaces: refs('workspaces', other) } },
    });
    expect(replaced.body.data.attributes['workspace-count']).toBe(1);
    expect(await effective(other)).toEqual({ direct: '1', global: '1' });
  });

  test('cannot be applied outside of its organization, and a global one to nothing', async () => {
    const set = await create({});
    const home = organization;
    organization = await createOrganization(server);
    const foreign = await createWorkspace(server, organization);
    organization = home;
    for (const id of [foreign, 'ws-AAAAAAAAAAAAAAAA']) {
      const answer = await server.call(
        'POST',
        `${path(set)}/relationships/workspaces`,
        refs('workspaces', id),
      );
      expect([answer.status, answer.body.errors?.[0]?.source?.pointer]).toEqual([
        422,
        '/data/relationships/workspaces',
      ]);
    }
    const global = await create({ global: true });
    expect(
      (await server.call('POST', `${path(global)}/relationships/workspaces`, refs('workspaces', workspaceId)))
        .status,
    ).toBe(422);
  });

  test('of a project reaches only workspaces of that project, even after a workspace has moved', async () => {
    const made = await server.call('POST', `/api/v2/organizations/${organization}/projects`, {
      data: { type: 'projects', attributes: { name: 'elsewhere' } },
    });
    const parent = { parent: { data: { id: projectId, type: 'projects' } } };
    const set = await create({}, { ...parent, vars: { data: [variable('mine', '1')] } });
    expect(set.body.data.relationships['parent']?.data).toEqual({ id: projectId, type: 'projects' });
    const wrong = await server.call(
      'POST',
      `${path(set)}/relationships/projects`,
      refs('projects', made.body.data.id),
    );
    expect(wrong.status).toBe(422);
    await server.call('POST', `${path(set)}/relationships/workspaces`, refs('workspaces', workspaceId));
    expect(await effective()).toEqual({ mine: '1' });
    await server.platform.db
      .updateTable('workspace')
      .set({ project_id: made.body.data.id })
      .where('id', '=', workspaceId)
      .execute();
    expect([await effective(), await reaching()]).toEqual([{}, []]);
  });

  test('cannot have the same key as another global one, whichever change would cause it', async () => {
    const first = await create({ global: true }, { vars: { data: [variable('key', '1')] } });
    expect((await create({ global: true }, { vars: { data: [variable('key', '2')] } })).status).toBe(422);
    const second = await create({ global: true }, { vars: { data: [variable('other', '2')] } });
    const vars = `${path(second)}/relationships/vars`;
    expect((await server.call('POST', vars, { data: variable('key', '2') })).status).toBe(422);
    const local = await create({}, { vars: { data: [variable('key', '3')] } });
    const body = { data: { type: 'varsets', attributes: { global: true } } };
    const refused = await server.call('PATCH', path(local), body);
    expect([refused.status, refused.body.errors?.[0]?.detail]).toEqual([
      422,
      `The key key is in the global set ${String(first.body.data.attributes['name'])} already.`,
    ]);
    expect((await server.call('GET', path(local))).body.data.attributes['global']).toBe(false);
    const [one, two] = await Promise.all(
      ['one', 'two'].map((value) => create({ global: true }, { vars: { data: [variable('raced', value)] } })),
    );
    expect([one?.status, two?.status].sort()).toEqual([201, 422]);
  });

  test('overrides the workspace only with priority', async () => {
    await server.call('POST', `/api/v2/workspaces/${workspaceId}/vars`, {
      data: variable('key', 'workspace'),
    });
    const set = await create({ global: true }, { vars: { data: [variable('key', 'set')] } });
    expect(await effective()).toEqual({ key: 'workspace' });
    await server.call('PATCH', path(set), { data: { type: 'varsets', attributes: { priority: true } } });
    expect(await effective()).toEqual({ key: 'set' });
  });

  test('is named with the variables that it hides and that hide its own, to those who may read it', async () => {
    const own = await server.call('POST', `/api/v2/workspaces/${workspaceId}/vars`, {
      data: variable('key', 'own-value', { sensitive: true }),
    });
    const parent = { parent: { data: { id: projectId, type: 'projects' } } };
    const direct = await create({}, { ...parent, vars: { data: [variable('key', 'of the project')] } });
    await server.call('POST', `${path(direct)}/relationships/workspaces`, refs('workspaces', workspaceId));
    await server.call('POST', `${path(direct)}/relationships/projects`, refs('projects', projectId));
    const first = await create(
      { global: true, priority: true },
      { vars: { data: [variable('key', 'first'), variable('alone', '1')] } },
    );
    const all = `/api/v2/workspaces/${workspaceId}/all-vars?include=overwritten,varset`;
    const { body, text } = await server.call('GET', all);
    const [alone, key] = body.data;
    expect([alone?.relationships['overwritten']?.data, key?.attributes['value']]).toEqual([[], 'first']);
    expect(key?.relationships['overwritten']?.data).toEqual(
      [own.body.data.id, direct.body.data.relationships['vars']?.data].flat().map((each) => ({
        type: 'vars',
        id: typeof each === 'string' ? each : each?.id,
      })),
    );
    expect(body.included?.map(({ type, attributes }) => [type, attributes['value']])).toEqual([
      ['vars', null],
      ['vars', 'of the project'],
      ['varsets', undefined],
      ['varsets', undefined],
    ]);
    expect(body.included?.map(({ id }) => id)).toEqual(
      expect.arrayContaining([first.body.data.id, direct.body.data.id]),
    );
    expect(text).not.toContain('own-value');
    expect((await server.call('GET', all.replace('varset', 'runs'))).status).toBe(400);
    expect((await server.call('GET', all.split('?')[0] ?? '')).body.included).toBeUndefined();

    const team = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
      data: { type: 'teams', attributes: { name: 'readers' } },
    });
    await server.call('POST', '/api/v2/team-workspaces', {
      data: {
        type: 'team-workspaces',
        attributes: { access: 'read' },
        relationships: {
          team: { data: { id: team.body.data.id, type: 'teams' } },
          workspace: { data: { id: workspaceId, type: 'workspaces' } },
        },
      },
    });
    const token = await server.call('POST', `/api/v2/teams/${team.body.data.id}/authentication-token`);
    const seen = await server.call('GET', all, undefined, String(token.body.data.attributes['token']));
    expect(seen.body.data[1]?.relationships['overwritten']?.data).toEqual([
      { type: 'vars', id: own.body.data.id },
    ]);
    expect(seen.text).not.toContain('of the project');
    expect(seen.text).not.toContain(String(direct.body.data.attributes['name']));
  });
});
