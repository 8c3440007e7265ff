/** Query parameters are applied or refused, and never ignored. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allEndpoints } from '../../../src/server/server.ts';
import { createOrganization, createRun, createWorkspace, readyWorkspace } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ organization, workspaceId } = await readyWorkspace(server));
});
afterAll(async () => await server.close());

const get = async (path: string) => await server.call('GET', `/api/v2${path}`);

test('every read refuses an unknown include, filter, sort and search', async () => {
  for (const { access, method, url } of allEndpoints(server.platform)) {
    if (access !== 'account' || method !== 'GET') continue;
    const address = url
      .replace(':registry', 'private')
      .replace(':file', 'index.json')
      .replaceAll(/:[A-Za-z]+/g, 'nobody');
    for (const query of [
      'include=bananas',
      'filter[bananas]=1',
      'sort=bananas',
      'search[bananas]=1',
      'filter=1',
    ]) {
      const answer = await server.call('GET', `${address}?${query}`);
      const source = { parameter: query.replace(/=.*/, '') };
      expect([url, query, answer.status, answer.body.errors?.[0]?.source]).toEqual([url, query, 400, source]);
    }
  }
});

test('the refusal of an unknown parameter names the known ones', async () => {
  const unknown = await get(`/organizations/${organization}/workspaces?filter[bogus]=1`);
  expect(unknown.body.errors?.[0]).toMatchObject({
    title: 'bad request',
    detail: expect.stringMatching(
      /^filter\[bogus\]: is not known here\. Known are search\[name\], .*filter\[tagged\]/,
    ),
  });
  const include = await get(`/organizations/${organization}/workspaces?include=organization,bogus`);
  expect(include.body.errors?.[0]).toMatchObject({
    title: 'Invalid include parameter',
    meta: { known: expect.arrayContaining(['organization', 'project', 'current_run']) },
  });
  const sort = await get(`/organizations/${organization}/workspaces?sort=bogus`);
  expect(sort.body.errors?.[0]?.detail).toBe(
    'sort: may be name, -name, current-run.created-at, -current-run.created-at, latest-change-at, -latest-change-at, ' +
      'resource-count, -resource-count, terraform-version, -terraform-version, last-applied-at, -last-applied-at',
  );
});

test.each([
  'include=current-configuration-version',
  'include=current_configuration_version.ingress_attributes,current_run.plan',
  'filter[current_run][status]=applied',
  'sort=-current_run.created_at',
  'filter[tagged][0][key]=env&filter[tagged][0][value]=prod',
  'search[exclude_tags]=a&search[wildcard-name]=*',
  'include=&sort=&search[name]=',
])('workspaces are listed with %s', async (query) => {
  expect((await get(`/organizations/${organization}/workspaces?${query}`)).status).toBe(200);
});

test('filters of runs are also accepted with hyphens, and a malformed filter by tags is refused', async () => {
  await createRun(server, workspaceId);
  const discardable = async (name: string) =>
    (await get(`/workspaces/${workspaceId}/runs?${name}=final`)).body.data.length;
  expect([await discardable('filter[status_group]'), await discardable('filter[status-group]')]).toEqual([
    0, 0,
  ]);
  expect((await get(`/organizations/${organization}/workspaces?filter[tagged]=env`)).status).toBe(400);
});

test('an unknown status of a state version finds none', async () => {
  const answer = await get(`/workspaces/${workspaceId}/state-versions?filter[status]=bogus`);
  expect([answer.status, answer.body.data]).toEqual([200, []]);
});

test('the page number in the answer is the one in the request', async () => {
  const answer = await get(`/organizations/${organization}/workspaces?page[number]=2000000`);
  expect(answer.body.meta?.pagination['current-page']).toBe(2_000_000);
  expect(
    (await get(`/organizations/${organization}/workspaces?page[number]=99999999999999999999999`)).status,
  ).toBe(200);
});

test('a log offset or limit that is not a number of bytes is refused; an offset past the end is empty', async () => {
  const { workspaceId: other } = await readyWorkspace(server);
  const runId = await createRun(server, other);
  const plan = await get(`/runs/${runId}/plan`);
  const log = String(plan.body.data.attributes['log-read-url']);
  for (const query of ['offset=abc', 'offset=-1', 'limit=1e1', 'offset=1&offset=2', 'limit=0x1']) {
    expect([query, (await server.call('GET', `${log}?${query}`, undefined, null)).status]).toEqual([
      query,
      400,
    ]);
  }
  const far = await server.call('GET', `${log}?offset=9999999999999999999&limit=5`, undefined, null);
  expect([far.status, far.text]).toEqual([200, '']);
});

test('a document of another type, or of another resource than the address, changes nothing', async () => {
  const [one, other] = [
    await createWorkspace(server, organization),
    await createWorkspace(server, organization),
  ];
  const patch = async (data: object) => await server.call('PATCH', `/api/v2/workspaces/${one}`, { data });
  const attributes = { description: 'changed' };
  expect((await patch({ type: 'runs', attributes })).status).toBe(409);
  expect((await patch({ type: 'workspaces', id: other, attributes })).status).toBe(409);
  expect((await patch({ type: 7, attributes })).status).toBe(409);
  expect((await get(`/workspaces/${one}`)).body.data.attributes['description']).not.toBe('changed');
  expect((await patch({ type: '', id: one, attributes })).status).toBe(200);
  expect((await patch({ attributes })).status).toBe(200);
  const bananas = await server.call('POST', `/api/v2/organizations/${organization}/workspaces`, {
    data: { type: 'bananas', attributes: { name: 'of-another-type' } },
  });
  expect([bananas.status, bananas.body.errors?.[0]?.source?.pointer]).toEqual([409, '/data/type']);
  const consumers = `/api/v2/workspaces/${one}/relationships/remote-state-consumers`;
  const named = (...types: string[]) => ({ data: types.map((type) => ({ type, id: other })) });
  const mixed = await server.call('POST', consumers, named('workspaces', 'projects'));
  expect([mixed.status, mixed.body.errors?.[0]?.source?.pointer]).toEqual([409, '/data/1/type']);
  const ofNoType = { data: [{ type: null, id: other }] };
  expect((await server.call('POST', consumers, ofNoType)).status).toBe(409);
  expect((await server.call('GET', consumers)).body.data).toEqual([]);
  expect((await server.call('POST', consumers, named('', 'workspaces'))).status).toBe(204);
  const renamed = await server.call('PATCH', `/api/v2/organizations/${organization}`, {
    data: { type: 'organizations', id: await createOrganization(server), attributes: {} },
  });
  expect(renamed.status).toBe(409);
});

test('the root redirects people to the application', async () => {
  const answer = await server.call('GET', '/', undefined, null);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/app']);
});
