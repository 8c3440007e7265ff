/** Requests that only some clients of HCP Terraform send: other forms of a change, batches, and missing features. */
import { describe, expect, test } from 'vitest';
import { ABSENT } from '../../src/server/absent/absent.ts';
import { asCode, to } from '../support/as-code.ts';
import { createOrganization, createRun, uniqueName, uploadConfiguration } from '../support/scenario.ts';

const code = asCode();
const { call, make, newProject, newTeam, newWorkspace, attributesOf } = code;
const idsAt = async (path: string) => (await call('GET', path)).body.data.map(({ id }) => id);
const variable = (key: string, value = 'v') => ({ attributes: { key, value, category: 'env' } });
const many = (type: string, ...ids: string[]) => ({ data: ids.map((id) => ({ type, id })) });

describe('variables of a workspace', () => {
  test('are changed several at once, all or none', async () => {
    const path = `/api/v2/workspaces/${await newWorkspace()}`;
    const ids = [];
    for (const key of ['a', 'b']) ids.push(await make(`${path}/vars`, variable(key)));
    const [a, b] = ids;
    const change = async (...data: object[]) => await call('PATCH', `${path}/relationships/vars`, data);
    const changed = await change(
      { type: 'vars', id: a, attributes: { value: 'new' } },
      { type: 'vars', id: b, attributes: { key: 'c', description: 'third' } },
    );
    expect([changed.status, changed.text]).toEqual([204, '']);
    expect(await attributesOf(`${path}/vars/${a}`)).toMatchObject({ key: 'a', value: 'new' });
    expect(await attributesOf(`${path}/vars/${b}`)).toMatchObject({
      key: 'c',
      value: 'v',
      description: 'third',
    });
    const refused = await change(
      { id: a, attributes: { value: 'other' } },
      { id: b, attributes: { key: 'a' } },
    );
    expect([refused.status, refused.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/1/attributes/key',
    ]);
    expect((await change({ id: a, attributes: { value: 'other' } }, { id: 'var-unknown' })).status).toBe(404);
    expect((await attributesOf(`${path}/vars/${a}`))['value']).toBe('new');
    expect((await change()).status).toBe(204);
  });
});

describe('a variable set', () => {
  test('is listed where it can be applied, until it is applied', async () => {
    const workspace = await newWorkspace();
    const project = await newProject();
    const free = await make(`${code.O}/varsets`, { attributes: { name: uniqueName('free') } });
    const given = await make(`${code.O}/varsets`, { attributes: { name: uniqueName('given') } });
    const elsewhere = await make(`${code.O}/varsets`, {
      attributes: { name: uniqueName('elsewhere') },
      relationships: { parent: to('projects', project) },
    });
    const everywhere = await make(`${code.O}/varsets`, {
      attributes: { name: uniqueName('global'), global: true },
    });
    await call(
      'POST',
      `/api/v2/varsets/${given}/relationships/workspaces`,
      many('workspaces', workspace).data,
    );
    const path = `/api/v2/workspaces/${workspace}`;
    const applicable = await idsAt(`${path}/applicable-varsets`);
    expect(applicable).toContain(free);
    for (const id of [given, elsewhere, everywhere]) expect(applicable).not.toContain(id);
    expect((await idsAt(`${path}/varsets`)).toSorted()).toEqual([given, everywhere].toSorted());
    expect(await idsAt(`${path}/applicable-varsets?q=free`)).toEqual([free]);
    await call('DELETE', `/api/v2/varsets/${everywhere}`);
  });

  test('is found by its owner and by its target', async () => {
    const project = await newProject();
    const name = uniqueName('scoped');
    const set = async (attributes: object, relationships: object = {}) =>
      await make(`${code.O}/varsets`, {
        attributes: { name: uniqueName(name), ...attributes },
        relationships,
      });
    const shared = await set({}, { projects: many('projects', project) });
    const everywhere = await set({ global: true });
    const parent = to('projects', project);
    const owned = await set({}, { parent });
    const applied = await set({}, { parent, projects: many('projects', project) });
    const of = async (path: string, query: string) =>
      (await idsAt(`${path}/varsets?q=${name}&${query}`)).toSorted();
    const P = `/api/v2/projects/${project}`;
    expect(await of(P, '')).toEqual([shared, everywhere, applied].toSorted());
    expect(await of(P, 'scope=applied')).toEqual([shared, everywhere, applied].toSorted());
    expect(await of(P, 'scope=shared')).toEqual([shared, everywhere].toSorted());
    expect(await of(P, 'scope=owned')).toEqual([owned, applied].toSorted());
    expect(await of(P, 'scope=all')).toEqual([shared, everywhere, owned, applied].toSorted());
    expect(await of(code.O, 'scope=owned')).toEqual([shared, everywhere].toSorted());
    expect(await of(code.O, 'filter[global]=true')).toEqual([everywhere]);
    expect(await of(code.O, 'filter[global]=false')).toEqual([shared, owned, applied].toSorted());
    expect((await call('GET', `${P}/varsets?scope=mine`)).status).toBe(400);
    await call('DELETE', `/api/v2/varsets/${everywhere}`);
  });

  test('is also changed with POST and PUT, including its variables and its owner', async () => {
    const project = await newProject();
    const id = await make(`${code.O}/varsets`, {
      attributes: { name: uniqueName('set') },
      relationships: { vars: { data: [{ type: 'vars', ...variable('kept') }] } },
    });
    const path = `/api/v2/varsets/${id}`;
    const [kept] = (await call('GET', `${path}/relationships/vars`)).body.data;
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const description = `by ${method}`;
      const changed = await call(method, path, { type: 'varsets', attributes: { description } });
      expect([changed.status, changed.body.data.attributes['description']]).toEqual([200, description]);
    }
    const vars = {
      data: [
        { type: 'vars', id: kept?.id, attributes: { value: 'new' } },
        { type: 'vars', ...variable('added') },
        { type: 'vars', id: null, ...variable('nameless') },
      ],
    };
    expect((await call('PATCH', path, { relationships: { vars } })).status).toBe(200);
    const listed = (await call('GET', `${path}/relationships/vars`)).body.data;
    expect(listed.map(({ attributes }) => [attributes['key'], attributes['value']])).toEqual([
      ['added', 'v'],
      ['kept', 'new'],
      ['nameless', 'v'],
    ]);
    const moved = await call('PATCH', path, { relationships: { parent: to('projects', project) } });
    expect([moved.status, moved.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/relationships/parent',
    ]);
    const same = { parent: to('organizations', code.organization), stacks: { data: [] } };
    expect((await call('PATCH', path, { relationships: same })).status).toBe(200);
    const stacks = { data: [{ type: 'stacks', id: 'st-1' }] };
    expect((await call('PATCH', path, { relationships: { stacks } })).status).toBe(422);
  });

  test('says which of its variables a workspace gets', async () => {
    const workspace = await newWorkspace();
    const own = await make(`/api/v2/workspaces/${workspace}/vars`, variable('both'));
    const set = await make(`${code.O}/varsets`, {
      attributes: { name: uniqueName('set') },
      relationships: {
        workspaces: many('workspaces', workspace),
        vars: { data: [variable('both'), variable('alone')] },
      },
    });
    const path = `/api/v2/workspaces/${workspace}/varsets/${set}/relationships/vars`;
    const [alone, both] = (await call('GET', path)).body.data;
    expect([alone?.attributes['key'], alone?.relationships]).toMatchObject([
      'alone',
      { overwriter: { data: null }, overwritten: { data: [] } },
    ]);
    expect(both?.relationships['overwriter']?.data).toEqual({ type: 'vars', id: own });
    await call('PATCH', `/api/v2/varsets/${set}`, { attributes: { priority: true } });
    const one = await call('GET', `${path}/${both?.id}`);
    expect(one.body.data.relationships).toMatchObject({
      overwriter: { data: null },
      overwritten: { data: [{ type: 'vars', id: own }] },
    });
    expect((await call('GET', `${path}/${own}`)).status).toBe(404);
  });
});

test('an organization is changed with PUT as with PATCH, and created without a pool of its own', async () => {
  const path = `/api/v2/organizations/${await createOrganization(code.server)}`;
  const changed = await call('PUT', path, {
    type: 'organizations',
    attributes: { email: 'new@example.com' },
  });
  expect([changed.status, changed.body.data.attributes['email']]).toEqual([200, 'new@example.com']);
  for (const name of ['data-retention-policy', 'stacks-default-agent-pool', 'module-producers']) {
    const some = { data: { type: 'anything', id: 'x' } };
    expect([name, (await call('PUT', path, { relationships: { [name]: some } })).status]).toEqual([
      name,
      422,
    ]);
    expect((await call('PUT', path, { relationships: { [name]: { data: null } } })).status).toBe(200);
  }
});

test('tokens of teams are revoked several at once, all or none, and found by their end', async () => {
  const team = await newTeam();
  const token = async (description: string, end: number | null) =>
    await make(`/api/v2/teams/${team}/authentication-tokens`, {
      attributes: {
        description,
        ...(end === null ? {} : { 'expired-at': new Date(Date.now() + end * 86_400_000).toISOString() }),
      },
    });
  const [soon, later, far] = [await token('soon', 3), await token('later', 20), await token('far', null)];
  const found = async (status: string) =>
    (await idsAt(`${code.O}/team-tokens?filter[expiry_status]=${status}`)).toSorted();
  expect(await found('expiring_in_7_days')).toEqual([soon]);
  expect(await found('expiring_in_30_days')).toEqual([soon, later].toSorted());
  expect(await found('expired,expiring_in_7_days')).toEqual([soon]);
  expect(await found('active')).toEqual([soon, later, far].toSorted());
  expect(await found('no_expiration')).toEqual([]);
  expect((await call('GET', `${code.O}/team-tokens?filter[expiry_status]=never`)).status).toBe(400);
  const revoke = async (...ids: string[]) =>
    (await call('DELETE', `${code.O}/team-tokens`, many('authentication-tokens', ...ids).data)).status;
  const user = (await call('GET', '/api/v2/account/details')).body.data.id;
  const own = await make(`/api/v2/users/${user}/authentication-tokens`, { attributes: { description: 'x' } });
  expect([await revoke(soon, own), await revoke(soon, 'at-unknown')]).toEqual([404, 404]);
  expect([await revoke(soon, later, soon), await found('active')]).toEqual([204, [far]]);
});

test('runs are listed for the workspace or the organization in the query', async () => {
  const workspace = await newWorkspace();
  await uploadConfiguration(code.server, workspace);
  const run = await createRun(code.server, workspace);
  expect(await idsAt(`/api/v2/runs?workspace_id=${workspace}`)).toEqual([run]);
  expect(await idsAt(`/api/v2/runs?organization_name=${code.organization}`)).toContain(run);
  expect(await idsAt(`/api/v2/runs?workspace_id=${workspace}&filter[status]=applied`)).toEqual([]);
  expect(
    await idsAt(`/api/v2/runs?workspace_id=${workspace}&organization_name=${code.organization}`),
  ).toEqual([run]);
  const statuses = ['', '?workspace_id=ws-unknown', `?workspace_id=${workspace}&organization_name=other`];
  const answers = await Promise.all(statuses.map(async (query) => await call('GET', `/api/v2/runs${query}`)));
  expect(answers.map(({ status }) => status)).toEqual([400, 404, 404]);
});

describe('what this server does not have', () => {
  test.each(ABSENT.map(({ method, url, words }) => [method, url, words] as const))(
    '%s %s is refused with the reason',
    async (method, url, words) => {
      const path = `/api/v2${url.replaceAll(/:[a-z]+/g, 'any')}`;
      const answer = await call(method, path, method === 'GET' ? undefined : { type: 'anything' });
      expect([answer.status, answer.body.errors?.[0]?.detail]).toEqual([
        method === 'GET' || method === 'DELETE' ? 404 : 422,
        words,
      ]);
      expect((await code.server.call(method, path, undefined, null)).status).toBe(401);
    },
  );

  test('is an empty list where nothing of the kind can exist', async () => {
    expect(
      await idsAt(`${code.O}/recoverable-items?filter[recoverable_type]=workspaces&sort=-expires_at`),
    ).toEqual([]);
    expect(await idsAt(`${code.O}/token-ttl-policies`)).toEqual([]);
  });

  test('includes limits: every organization has a subscription without any', async () => {
    const [everything] = (await call('GET', '/api/v2/admin/feature-sets?q=Business')).body.data;
    const wanted = { 'runs-ceiling': 10 };
    const answer = await call('POST', `/api/v2/admin/organizations/${code.organization}/subscription`, {
      type: 'subscription',
      attributes: wanted,
      relationships: { 'feature-set': to('feature-sets', everything?.id ?? '') },
    });
    expect([answer.status, answer.body.data.attributes['runs-ceiling']]).toEqual([200, null]);
  });
});
