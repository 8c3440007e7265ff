/** Requests of programs that keep an organization as code, which must read back what they have set. */
import { describe, expect, test } from 'vitest';
import { asCode, to } from '../../support/as-code.ts';
import { createOrganization, createWorkspace, uniqueName } from '../../support/scenario.ts';

const code = asCode();
const { call, make, newProject, newTeam, attributesOf } = code;

describe('an organization', () => {
  test('answers null for what is unset, and each value until it is set to null again', async () => {
    const name = await createOrganization(code.server);
    const path = `/api/v2/organizations/${name}`;
    const unset = { 'session-timeout': null, 'session-remember': null };
    expect(await attributesOf(path)).toMatchObject({ ...unset, 'user-tokens-enabled': true });
    const set = { 'session-timeout': 3_600, 'session-remember': 60 };
    expect((await call('PATCH', path, { attributes: set })).body.data.attributes).toMatchObject(set);
    expect((await call('PATCH', path, { attributes: unset })).body.data.attributes).toMatchObject(unset);
  });

  test.each(['stacks-enabled', 'max-ttl-enabled', 'enforce-hyok', 'registry-monorepo-support-enabled'])(
    'refuses %s, which is not here, and takes false',
    async (name) => {
      const on = await call('PATCH', code.O, { attributes: { [name]: true } });
      expect([on.status, on.body.errors?.[0]?.source?.pointer]).toEqual([422, `/data/attributes/${name}`]);
      const off = await call('PATCH', code.O, { attributes: { [name]: false } });
      expect([off.status, off.body.data.attributes[name]]).toEqual([200, false]);
    },
  );

  test('refuses to enforce a second factor, which this server does not support', async () => {
    const wanted = { 'collaborator-auth-policy': 'two_factor_mandatory' };
    expect((await call('PATCH', code.O, { attributes: wanted })).status).toBe(422);
  });

  test("can refuse users' tokens, while those of teams go on", async () => {
    const name = await createOrganization(code.server);
    const path = `/api/v2/organizations/${name}`;
    const workspace = await createWorkspace(code.server, name);
    const owner = await code.server.addUser(uniqueName('owner'), [name]);
    const stranger = await code.server.addUser(uniqueName('stranger'), []);
    const teams = await call('GET', `${path}/teams?filter[names]=owners`);
    const tokens = `/api/v2/teams/${teams.body.data[0]?.id}/authentication-token`;
    const team = String((await call('POST', tokens)).body.data.attributes['token']);
    const closed = { attributes: { 'user-tokens-enabled': false } };
    expect((await call('PATCH', path, closed, team)).body.data.attributes).toMatchObject(closed.attributes);
    const read = async (of: string, token?: string) => (await call('GET', of, undefined, token)).status;
    const paths = [
      path,
      `${path}/workspaces`,
      `${path}/runs`,
      `/api/v2/workspaces/${workspace}`,
      `${path}/teams`,
    ];
    for (const of of paths) {
      const statuses = [
        await read(of, owner),
        await read(of),
        await read(of, stranger),
        await read(of, team),
      ];
      expect([of, ...statuses]).toEqual([of, 401, 401, 404, 200]);
    }
    const listed = await call('GET', '/api/v2/organizations', undefined, owner);
    expect(listed.body.data).toEqual([]);
    // A site administrator can allow them again.
    expect((await call('PATCH', path, { attributes: { 'user-tokens-enabled': true } })).status).toBe(200);
    expect([await read(path, owner), await read(path)]).toEqual([200, 200]);
  });
});

describe('an empty text in place of an id', () => {
  test('is accepted where the id is optional', async () => {
    const workspace = `/api/v2/workspaces/${await createWorkspace(code.server, code.organization)}`;
    const project = `/api/v2/projects/${await newProject()}`;
    for (const mode of ['remote', 'local']) {
      const forWorkspace = { 'execution-mode': mode, 'agent-pool-id': '' };
      expect((await call('PATCH', workspace, { attributes: forWorkspace })).status).toBe(200);
      const forProject = { 'default-execution-mode': mode, 'default-agent-pool-id': '' };
      expect((await call('PATCH', project, { attributes: forProject })).status).toBe(200);
      expect((await call('PATCH', code.O, { attributes: forProject })).status).toBe(200);
    }
    const inherited = {
      'setting-overwrites': { 'execution-mode': false, 'agent-pool': false },
      'agent-pool-id': '',
    };
    expect((await call('PATCH', workspace, { attributes: inherited })).status).toBe(200);
    const relationships = { project: { data: { type: 'projects', id: '' } } };
    expect((await call('PATCH', workspace, { relationships })).status).toBe(200);
    await call('PATCH', code.O, { attributes: { 'default-execution-mode': 'remote' } });
  });
});

describe('a change without attributes', () => {
  test('changes nothing', async () => {
    const team = await newTeam();
    const project = await newProject();
    const workspace = await createWorkspace(code.server, code.organization);
    const variable = await make(`/api/v2/workspaces/${workspace}/vars`, {
      attributes: { key: 'k', value: 'v', category: 'env' },
    });
    const paths = [
      code.O,
      `/api/v2/teams/${team}`,
      `/api/v2/projects/${project}`,
      `/api/v2/workspaces/${workspace}`,
      `/api/v2/workspaces/${workspace}/vars/${variable}`,
      `/api/v2/vars/${variable}`,
      `/api/v2/ssh-keys/${await make(`${code.O}/ssh-keys`, { attributes: { name: 'k', value: 'a key' } })}`,
      `/api/v2/team-workspaces/${await make('/api/v2/team-workspaces', {
        attributes: { access: 'plan' },
        relationships: { team: to('teams', team), workspace: to('workspaces', workspace) },
      })}`,
      `/api/v2/team-projects/${await make('/api/v2/team-projects', {
        attributes: { access: 'write' },
        relationships: { team: to('teams', team), project: to('projects', project) },
      })}`,
      '/api/v2/account/update',
    ];
    for (const path of paths) {
      expect([path, (await call('PATCH', path, {})).status]).toEqual([path, 200]);
      expect([path, (await call('PATCH', path, { attributes: null })).status]).toEqual([path, 200]);
    }
  });
});

describe('a project', () => {
  test('keeps after how long its workspaces would be destroyed', async () => {
    const path = `/api/v2/projects/${await newProject({ 'auto-destroy-activity-duration': '14d' })}`;
    expect((await attributesOf(path))['auto-destroy-activity-duration']).toBe('14d');
    const change = async (duration: unknown) =>
      await call('PATCH', path, { attributes: { 'auto-destroy-activity-duration': duration } });
    expect((await change('24h')).body.data.attributes['auto-destroy-activity-duration']).toBe('24h');
    expect((await change('soon')).status).toBe(422);
    expect((await change(null)).body.data.attributes['auto-destroy-activity-duration']).toBe(null);
  });

  test('refuses contradictory overwrites, as a workspace does', async () => {
    const words =
      'If agent-pool and execution-mode are both included in setting-overwrites, their values must be the same.';
    const project = await call('POST', `${code.O}/projects`, {
      attributes: {
        name: uniqueName('project'),
        'setting-overwrites': { 'default-execution-mode': true, 'default-agent-pool': false },
      },
    });
    expect([project.status, project.body.errors?.[0]?.detail]).toEqual([422, expect.stringContaining(words)]);
    const workspace = await createWorkspace(code.server, code.organization);
    const attributes = { 'setting-overwrites': { 'execution-mode': false, 'agent-pool': true } };
    const changed = await call('PATCH', `/api/v2/workspaces/${workspace}`, { attributes });
    expect([changed.status, changed.body.errors?.[0]?.detail]).toEqual([422, expect.stringContaining(words)]);
  });
});

describe('a workspace', () => {
  test('has either prefixes or patterns: setting one clears the other', async () => {
    const path = `/api/v2/workspaces/${await createWorkspace(code.server, code.organization)}`;
    const change = async (attributes: object) =>
      (await call('PATCH', path, { attributes })).body.data.attributes;
    expect(await change({ 'trigger-patterns': ['a/**'] })).toMatchObject({ 'trigger-patterns': ['a/**'] });
    expect(await change({ 'trigger-prefixes': ['/a'] })).toMatchObject({
      'trigger-patterns': [],
      'trigger-prefixes': ['/a'],
    });
    expect(await change({ 'trigger-patterns': ['b'], 'trigger-prefixes': [] })).toMatchObject({
      'trigger-patterns': ['b'],
      'trigger-prefixes': [],
    });
    expect(await change({ 'trigger-prefixes': [] })).toMatchObject({ 'trigger-patterns': [] });
  });

  test.each([
    ['2031-01-02T03:04:05Z', '2031-01-02T03:04:05.000Z'],
    ['2031-01-02T03:04:05+14:00', '2031-01-01T13:04:05.000Z'],
    ['2031-01-02T03:04:05.123456789Z', '2031-01-02T03:04:05.123Z'],
    [null, null],
  ])('shows the time %s in UTC, which go-tfe needs', async (given, shown) => {
    const path = `/api/v2/workspaces/${await createWorkspace(code.server, code.organization)}`;
    await call('PATCH', path, { attributes: { 'auto-destroy-at': given } });
    expect((await call('GET', path)).body.data.attributes['auto-destroy-at']).toBe(shown);
  });

  test('resets its folder, its description and its version when they are set to null', async () => {
    const path = `/api/v2/workspaces/${await createWorkspace(code.server, code.organization)}`;
    const set = { 'working-directory': 'a/b', description: 'd', 'terraform-version': '1.11.4' };
    await call('PATCH', path, { attributes: set });
    const none = { 'working-directory': null, description: null, 'terraform-version': null };
    await call('PATCH', path, { attributes: none });
    expect(await attributesOf(path)).toMatchObject({
      'working-directory': '',
      description: null,
      'terraform-version': 'latest',
    });
  });

  test('keeps its folder as it was written, and links its page with a path', async () => {
    const id = await createWorkspace(code.server, code.organization, { 'working-directory': '/db' });
    const { data } = (await call('GET', `/api/v2/workspaces/${id}`)).body;
    expect(data.attributes['working-directory']).toBe('/db');
    expect(data.links?.['self-html']).toBe(
      `/app/${code.organization}/workspaces/${String(data.attributes['name'])}`,
    );
  });

  test('includes the team that holds its lock', async () => {
    const team = await newTeam({ 'organization-access': { 'manage-workspaces': true } });
    const made = await call('POST', `/api/v2/teams/${team}/authentication-token`);
    const path = `/api/v2/workspaces/${await createWorkspace(code.server, code.organization)}`;
    const locked = await call(
      'POST',
      `${path}/actions/lock`,
      undefined,
      String(made.body.data.attributes['token']),
    );
    expect(locked.status).toBe(200);
    const shown = await call('GET', `${path}?include=locked_by`);
    expect(shown.body.included?.map(({ id, type }) => [type, id])).toEqual([['teams', team]]);
  });
});

describe('tags with values', () => {
  test.each(['projects', 'workspaces'])('of %s are read, added, replaced and removed', async (kind) => {
    const id =
      kind === 'projects' ? await newProject() : await createWorkspace(code.server, code.organization);
    const path = `/api/v2/${kind}/${id}/relationships/tag-bindings`;
    const bindings = (tags: Record<string, string>) =>
      Object.entries(tags).map(([key, value]) => ({ type: 'tag-bindings', attributes: { key, value } }));
    const now = async () => {
      const answer = await call('GET', path);
      expect(answer.status).toBe(200);
      return Object.fromEntries(answer.body.data.map(({ attributes: tag }) => [tag['key'], tag['value']]));
    };
    const change = async (method: string, data: unknown) =>
      expect([method, (await call(method, path, data)).status]).toEqual([method, 204]);
    await change('POST', bindings({ a: '1', b: '2' }));
    await change('POST', bindings({ b: '3' }));
    expect(await now()).toEqual({ a: '1', b: '3' });
    await change('PATCH', bindings({ c: '4', d: '5' }));
    expect(await now()).toEqual({ c: '4', d: '5' });
    await change('DELETE', bindings({ c: '' }));
    expect(await now()).toEqual({ d: '5' });
    await change('PATCH', []);
    expect(await now()).toEqual({});
  });

  test('name the project that a workspace inherits them from', async () => {
    const project = await newProject();
    const relationships = {
      'tag-bindings': { data: [{ type: 'tag-bindings', attributes: { key: 'own', value: '1' } }] },
    };
    await call('PATCH', `/api/v2/projects/${project}/relationships/tag-bindings`, [
      { attributes: { key: 'given', value: '2' } },
      { attributes: { key: 'own', value: '3' } },
    ]);
    const workspace = await make(`${code.O}/workspaces`, {
      attributes: { name: uniqueName('ws') },
      relationships: { ...relationships, project: { data: { type: 'projects', id: project } } },
    });
    const answer = await call('GET', `/api/v2/workspaces/${workspace}/effective-tag-bindings`);
    expect(
      answer.body.data.map(({ attributes: tag, relationships: from, links }) => [tag, from, links]),
    ).toEqual([
      [
        { key: 'given', value: '2' },
        { 'inherited-from': { data: { type: 'projects', id: project } } },
        { 'inherited-from': `/api/v2/projects/${project}` },
      ],
      [{ key: 'own', value: '1' }, undefined, undefined],
    ]);
  });

  test('are at most ten, even when many are added at the same time', async () => {
    const path = `/api/v2/workspaces/${await createWorkspace(code.server, code.organization)}/tag-bindings`;
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, index) => await call('PATCH', path, [{ attributes: { key: `k${index}`, value: 'v' } }]),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect((await call('GET', path)).body.data).toHaveLength(10);
  });
});

test('include answers with everything that it names', async () => {
  const workspace = await code.newWorkspace();
  const project = await newProject();
  const bindings = [{ type: 'tag-bindings', attributes: { key: 'cost', value: '42' } }];
  await call('PATCH', `/api/v2/projects/${project}/tag-bindings`, bindings);
  const pool = await make(`${code.O}/agent-pools`, { attributes: { name: uniqueName('pool') } });
  const execution = { 'execution-mode': 'agent', 'agent-pool-id': pool };
  await call('PATCH', `/api/v2/workspaces/${workspace}`, { attributes: execution });
  const team = await newTeam();
  const membership = await make(`${code.O}/organization-memberships`, {
    attributes: { email: `${uniqueName('asked')}@example.com` },
    relationships: { teams: { data: [{ type: 'teams', id: team }] } },
  });
  const included = async (path: string) => (await call('GET', path)).body.included ?? [];
  const namesIn = async (path: string) =>
    (await included(path)).map(({ type, attributes }) => [type, attributes['name'] ?? attributes['key']]);

  const both = 'include=default_project,entitlement_set';
  expect((await namesIn(`${code.O}?${both}`)).toSorted()).toEqual([
    ['entitlement-sets', undefined],
    ['projects', 'Default Project'],
  ]);
  expect((await included(`/api/v2/organizations?${both}&q=${code.organization}`)).length).toBe(2);
  const entitlements = (await call('GET', `${code.O}/entitlement-set`)).body.data as unknown as {
    links: { self: string };
  };
  expect((await call('GET', entitlements.links.self)).body.data).toEqual(entitlements);
  const asked = `/api/v2/projects/${project}?include=organization,effective-tag-bindings`;
  expect(await namesIn(asked)).toEqual([
    ['organizations', code.organization],
    ['effective-tag-bindings', 'cost'],
  ]);
  const [, binding] = await included(asked);
  expect((await call('GET', asked)).body.data.relationships['effective-tag-bindings']?.data).toEqual([
    { type: 'effective-tag-bindings', id: binding?.id },
  ]);
  expect((await included(`${code.O}/agent-pools?include=workspaces`)).map(({ id }) => id)).toEqual([
    workspace,
  ]);
  expect((await included(`/api/v2/agent-pools/${pool}?include=workspaces`)).map(({ id }) => id)).toEqual([
    workspace,
  ]);
  const member = `/api/v2/organization-memberships/${membership}?include=user,teams,organization`;
  expect((await included(member)).map(({ type }) => type)).toEqual(['users', 'teams', 'organizations']);
});
