import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganization, createRun, createWorkspace, readyWorkspace } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { lock, managed, postState, stateFile } from '../../support/states.ts';

let server: TestServer;
let workspaceId: string;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());
beforeEach(async () => {
  workspaceId = await createWorkspace(server, await createOrganization(server));
  await lock(server, workspaceId);
});

describe('the managed resources of a workspace', () => {
  const resources = async (query = '', token?: string, id = workspaceId) =>
    await server.call('GET', `/api/v2/workspaces/${id}/resources${query}`, undefined, token);
  const changesBody = async (query = '', token?: string, id = workspaceId) =>
    (await server.call('GET', `/api/v2/workspaces/${id}/resource-changes${query}`, undefined, token)).body;
  /** The changes by action, address and serial. */
  const changes = async (query = '', id = workspaceId) =>
    (await changesBody(query, undefined, id)).data.map(({ attributes }) =>
      ['action', 'address', 'serial'].map((name) => attributes[name]),
    );
  const provider = 'provider["registry.terraform.io/hashicorp/random"].other';

  test('are read from a state with an endless provider address', async () => {
    const endless = managed('a', { provider: '["'.repeat(300_000) });
    expect((await postState(server, workspaceId, stateFile({ resources: [endless] }))).status).toBe(201);
    expect((await resources()).body.data.map(({ attributes }) => attributes['address'])).toEqual([
      'terraform_data.a',
    ]);
  });

  test('are listed by address, each with the version that last changed it', async () => {
    expect((await resources()).body).toMatchObject({ data: [], meta: { pagination: { 'total-count': 0 } } });
    const first = await postState(
      server,
      workspaceId,
      stateFile({
        resources: [
          managed('kept'),
          managed('gone'),
          managed('each', {
            module: 'module.m["x"]',
            provider,
            instances: [{ index_key: 'a"b' }, { index_key: 'c' }, { index_key: 'c', deposed: 'dead' }],
          }),
          managed('counted', { instances: [{ index_key: 0, attributes: { size: 1 } }] }),
          { ...managed('data'), mode: 'data' },
        ],
      }),
    );
    const before = (await resources()).body.data;
    expect(before.map(({ attributes }) => attributes['address'])).toEqual([
      'module.m["x"].terraform_data.each["a\\"b"]',
      'module.m["x"].terraform_data.each["c"]',
      'terraform_data.counted[0]',
      'terraform_data.gone',
      'terraform_data.kept',
    ]);
    expect(before[0]?.attributes).toMatchObject({
      name: 'each',
      module: 'module.m["x"]',
      provider: 'hashicorp/random',
      'provider-type': 'terraform_data',
      'name-index': 'a"b',
      'modified-by-state-version-id': first.body.data.id,
    });
    expect(before[4]?.attributes).toMatchObject({ module: 'root', 'name-index': null });

    const second = await postState(
      server,
      workspaceId,
      stateFile({
        serial: 2,
        resources: [
          managed('kept'),
          managed('counted', { instances: [{ index_key: 0, attributes: { size: 2 } }] }),
        ],
      }),
    );
    const [counted, kept] = (await resources()).body.data;
    expect(kept).toEqual(before[4]);
    expect(counted?.id).toBe(before[2]?.id);
    expect(await changes()).toEqual([
      ['delete', 'terraform_data.gone', 2],
      ['update', 'terraform_data.counted[0]', 2],
      ['delete', 'module.m["x"].terraform_data.each["c"]', 2],
      ['delete', 'module.m["x"].terraform_data.each["a\\"b"]', 2],
      ['create', 'terraform_data.kept', 1],
      ['create', 'terraform_data.gone', 1],
      ['create', 'terraform_data.counted[0]', 1],
      ['create', 'module.m["x"].terraform_data.each["c"]', 1],
      ['create', 'module.m["x"].terraform_data.each["a\\"b"]', 1],
    ]);
    expect(counted?.attributes).toMatchObject({
      'created-at': before[2]?.attributes['created-at'],
      'modified-by-state-version-id': second.body.data.id,
    });
  });

  test('come in pages, and only to callers who may read the state', async () => {
    await postState(server, workspaceId, stateFile({ resources: [managed('a'), managed('b')] }));
    const { body } = await resources('?page%5Bsize%5D=1&page%5Bnumber%5D=2');
    expect(body.data.map(({ attributes }) => attributes['name'])).toEqual(['b']);
    expect(body).toMatchObject({ meta: { pagination: { 'total-count': 2, 'total-pages': 2 } } });
    const stranger = await server.addUser(`stranger-${workspaceId.toLowerCase()}`, []);
    expect((await resources('', stranger)).status).toBe(404);
    expect((await changesBody('', stranger)).errors?.[0]?.status).toBe('404');
  });

  test('have a history by address, with resources that came back and no change of unknown addresses', async () => {
    const key = { index_key: '100%_"é' };
    const states = [
      [managed('a', { instances: [key] }), managed('b')],
      [managed('b', { provider })],
      [managed('b', { provider })],
      [managed('a', { instances: [key] })],
    ];
    for (const [index, held] of states.entries()) {
      await postState(server, workspaceId, stateFile({ serial: index + 1, resources: held }));
    }
    const address = 'terraform_data.a["100%_\\"é"]';
    expect(await changes(`?filter[address]=${encodeURIComponent(address)}`)).toEqual([
      ['create', address, 4],
      ['delete', address, 2],
      ['create', address, 1],
    ]);
    expect(await changes('?q=_DATA.b')).toEqual([
      ['delete', 'terraform_data.b', 4],
      ['update', 'terraform_data.b', 2],
      ['create', 'terraform_data.b', 1],
    ]);
    expect(await changes('?q=0%25_')).toHaveLength(3);
    expect(await changes('?filter[address]=terraform_data.a')).toEqual([]);
    const last = await changesBody('?page[size]=1&page[number]=6');
    expect(last.data).toHaveLength(1);
    expect(last).toMatchObject({ meta: { pagination: { 'total-count': 6, 'next-page': null } } });
    const ids = (await changesBody()).data.map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
  });

  test('are not reported as removed by a state that cannot be read completely', async () => {
    await postState(server, workspaceId, stateFile({ resources: [managed('a'), managed('b')] }));
    const { lineage } = JSON.parse(stateFile()) as { lineage: string };
    const closed = JSON.stringify({ serial: 2, lineage, encrypted_data: 'AAAA', encryption_version: 'v0' });
    expect((await postState(server, workspaceId, closed)).status).toBe(201);
    expect((await resources()).body.data).toEqual([]);
    await postState(server, workspaceId, stateFile({ serial: 3, resources: [managed('a')] }));
    expect(await changes()).toEqual([
      ['update', 'terraform_data.a', 3],
      ['create', 'terraform_data.b', 1],
      ['create', 'terraform_data.a', 1],
    ]);
  });

  test('are those that an apply left', async () => {
    const { workspaceId: ready } = await readyWorkspace(server, { 'auto-apply': true });
    const runId = await createRun(server, ready);
    await (await mustClaim(server)).finishPlan();
    const apply = await mustClaim(server);
    await apply.sendState(1, ['made']);
    expect((await resources('', undefined, ready)).body.data).toEqual([]);
    await apply.finish({ outcome: 'succeeded' });
    const { body } = await resources('', undefined, ready);
    const workspace = await server.call('GET', `/api/v2/workspaces/${ready}`);
    expect(body.data.map(({ attributes }) => attributes)).toMatchObject([
      {
        name: 'made',
        'modified-by-state-version-id': workspace.body.data.relationships['current-state-version']?.data?.id,
      },
    ]);
    const told = await changesBody('?include=run,created_by', undefined, ready);
    expect(await changes('', ready)).toEqual([['create', 'terraform_data.made', 1]]);
    expect(told.data[0]?.relationships).toMatchObject({
      run: { data: { id: runId, type: 'runs' } },
      'state-version': { data: { id: body.data[0]?.attributes['modified-by-state-version-id'] } },
    });
    expect(told.included).toEqual(expect.arrayContaining([expect.objectContaining({ id: runId })]));
  });
});
