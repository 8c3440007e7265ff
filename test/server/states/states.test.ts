import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganization, createRun, createWorkspace, readyWorkspace } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { lock, managed, md5, postState, stateBody, stateFile, unlock } from '../../support/states.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

let workspaceId: string;
beforeEach(async () => {
  workspaceId = await createWorkspace(server, organization);
  await lock(server, workspaceId);
});

const current = async () =>
  await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
const list = async (query = '') =>
  await server.call('GET', `/api/v2/workspaces/${workspaceId}/state-versions${query}`);
const announce = async (file: string, attributes: Record<string, unknown> = {}) =>
  await postState(server, workspaceId, file, { state: undefined, ...attributes });

describe('a state version in one request', () => {
  test('is current at once, with the data of its file', async () => {
    const file = stateFile({
      serial: 3,
      resources: [
        managed('a'),
        managed('b', { instances: [{}, {}], module: 'module.m' }),
        { ...managed('d'), mode: 'data', type: 'null_data_source' },
      ],
      outputs: {
        plain: { value: 'x', type: 'string' },
        secret: { value: 7, type: 'number', sensitive: true },
      },
    });
    const made = await postState(server, workspaceId, file);
    expect(made.status).toBe(201);
    expect(made.headers.get('x-terraform-snapshot-interval')).toBe('30');
    expect(made.body.data.attributes).toMatchObject({
      serial: 3,
      lineage: 'a-lineage',
      md5: md5(file),
      size: file.length,
      status: 'finalized',
      'resources-processed': true,
      'terraform-version': '1.11.4',
      'resource-count': 3,
      'hosted-state-upload-url': null,
      modules: {
        root: { 'terraform-data': 1, 'data.null-data-source': 1 },
        'module.m': { 'terraform-data': 2 },
      },
    });
    expect(made.body.data.attributes['resources']).toContainEqual({
      name: 'b',
      type: 'terraform_data',
      count: 2,
      module: 'module.m',
      provider: 'provider["terraform.io/builtin/terraform"]',
    });
    expect((await current()).body).toEqual(made.body);
    const download = await server.call(
      'GET',
      String(made.body.data.attributes['hosted-state-download-url']),
      undefined,
      null,
    );
    expect(download.text).toBe(file);
    expect((await server.call('GET', `/api/v2/state-versions/${made.body.data.id}/download`)).text).toBe(
      file,
    );
  });

  test('is intermediate until the lock is released, and stays so if another one has followed', async () => {
    const read = async (id: string) => (await server.call('GET', `/api/v2/state-versions/${id}`)).body.data;
    const nothing = await current();
    expect(nothing.status).toBe(404);
    expect(nothing.headers.get('x-terraform-snapshot-interval')).toBe('30');
    const first = await postState(server, workspaceId, stateFile({ serial: 1 }));
    const second = await postState(server, workspaceId, stateFile({ serial: 2 }));
    expect(second.body.data.attributes['intermediate']).toBe(true);
    expect((await unlock(server, workspaceId)).status).toBe(200);
    expect((await read(second.body.data.id)).attributes['intermediate']).toBe(false);
    expect((await read(first.body.data.id)).attributes['intermediate']).toBe(true);
    await lock(server, workspaceId);
    expect((await read(second.body.data.id)).attributes['intermediate']).toBe(false);
  });

  test('shows no sensitive value in the list of current outputs', async () => {
    const outputs = { secret: { value: { k: 'v' }, type: ['object', { k: 'string' }], sensitive: true } };
    const made = await postState(server, workspaceId, stateFile({ outputs }));
    const listed = await server.call(
      'GET',
      `/api/v2/workspaces/${workspaceId}/current-state-version-outputs`,
    );
    expect(listed.body.data[0]?.attributes).toMatchObject({ name: 'secret', value: null, type: 'object' });
    const one = await server.call('GET', `/api/v2/state-version-outputs/${listed.body.data[0]?.id}`);
    expect(one.body.data.attributes['value']).toEqual({ k: 'v' });
    const included = await server.call(
      'GET',
      `/api/v2/state-versions/${made.body.data.id}?include=outputs,created_by`,
    );
    expect(included.body.included?.map(({ type }) => type)).toEqual(['state-version-outputs', 'users']);
    expect(included.body.included?.[0]?.attributes['value']).toBeNull();
  });

  test.each([
    ['the workspace is not locked', { locked: false }, {}, 409, /not locked/],
    ['the MD5 is another', {}, { md5: 'f'.repeat(32) }, 412, /md5/],
    ['the MD5 is none', {}, { md5: 'abc' }, 422, /32 hexadecimal/],
    ['the MD5 is missing', {}, { md5: undefined }, 422, /md5/],
    ['the serial is missing', {}, { serial: undefined }, 422, /serial/],
    ['the serial is a text', {}, { serial: '1' }, 422, /serial/],
    ['no serial can follow', {}, { serial: 2 ** 53 - 1 }, 422, /at most 9000000000000000/],
    ['the serial is negative', {}, { serial: -1 }, 422, /serial/],
    ['the state is not base64', {}, { state: '§' }, 422, /base64/],
    ['the state is not base64 at its very end', {}, { state: `${' '.repeat(400_000)}!` }, 422, /base64/],
    [
      'the state is no state',
      {},
      { state: btoa('{}'), md5: md5('{}') },
      422,
      /no state file: it has neither a version/,
    ],
    [
      'the run is not one of the workspace',
      { run: 'run-AAAAAAAAAAAAAAAA' },
      {},
      422,
      /not one of this workspace/,
    ],
  ])(
    'is refused when %s',
    async (_what, { locked = true, run }: { locked?: boolean; run?: string }, attributes, status, text) => {
      if (!locked) await unlock(server, workspaceId);
      const url = `/api/v2/workspaces/${workspaceId}/state-versions`;
      const answer = await server.call('POST', url, stateBody(stateFile(), attributes, run));
      expect(answer.status).toBe(status);
      expect(answer.text).toMatch(text);
      expect((await current()).status).toBe(404);
      expect((await list()).body.data).toEqual([]);
    },
  );

  test('is refused while another user or a run holds the lock', async () => {
    const token = await server.addUser('somebody', [organization]);
    expect((await postState(server, workspaceId, stateFile(), {}, token)).status).toBe(409);
    const busy = await readyWorkspace(server);
    const runId = await createRun(server, busy.workspaceId);
    const answer = await postState(server, busy.workspaceId, stateFile());
    expect(answer.status).toBe(409);
    expect(answer.body.errors?.[0]?.detail).toContain(`locked by Run ${runId}`);
    await (await mustClaim(server)).finish({ outcome: 'errored' });
  });

  test('is refused with a lower serial, a repeated serial, or another lineage, unless forced', async () => {
    const first = stateFile({ serial: 5 });
    expect((await postState(server, workspaceId, first)).status).toBe(201);
    expect((await postState(server, workspaceId, first)).status).toBe(201);
    for (const file of [
      stateFile({ serial: 4 }),
      stateFile({ serial: 5, resources: [] }),
      stateFile({ serial: 6, lineage: 'another' }),
    ]) {
      const refused = await postState(server, workspaceId, file);
      expect(refused.status).toBe(409);
      expect(refused.body.errors?.[0]?.detail).toContain('"force": true');
    }
    expect((await current()).body.data.attributes['md5']).toBe(md5(first));
    const forced = await postState(server, workspaceId, stateFile({ serial: 1, lineage: 'another' }), {
      force: true,
    });
    expect(forced.status).toBe(201);
    expect((await current()).body.data.attributes).toMatchObject({ serial: 1, lineage: 'another' });
  });

  test('may include its outputs of any length, as terraform sends them', async () => {
    const outputs = Buffer.from(JSON.stringify({ long: { value: 'x'.repeat(200_000), type: 'string' } }));
    const made = await postState(server, workspaceId, stateFile(), {
      'json-state-outputs': outputs.toString('base64'),
    });
    expect([made.status, made.body.data.attributes['serial']]).toEqual([201, 1]);
    const short = await postState(server, workspaceId, stateFile({ serial: 2 }), {
      'json-state-outputs': 'e30=',
    });
    expect(short.status).toBe(201);
    const wrong = await postState(server, workspaceId, stateFile({ serial: 3 }), {
      'json-state-outputs': '§',
    });
    expect([wrong.status, wrong.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/attributes/json-state-outputs',
    ]);
  });

  test('is created only once when many with the same serial arrive at once', async () => {
    const files = Array.from({ length: 8 }, (_, index) => stateFile({ resources: [managed(`r${index}`)] }));
    const answers = await Promise.all(files.map(async (file) => await postState(server, workspaceId, file)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect((await list()).body.data).toHaveLength(1);
  });
});

describe('lists of state versions', () => {
  test('are newest first, by workspace id or by names, with the neighbours of each version', async () => {
    for (const serial of [1, 2, 3]) await postState(server, workspaceId, stateFile({ serial }));
    const { body } = await list('?include=outputs');
    expect(body.data.map(({ attributes }) => attributes['serial'])).toEqual([3, 2, 1]);
    const [newest, middle, oldest] = body.data;
    expect(middle?.relationships['previous-state-version']?.data?.id).toBe(oldest?.id);
    expect(middle?.relationships['next-state-version']?.data?.id).toBe(newest?.id);
    expect(newest?.relationships['next-state-version']?.data).toBeNull();
    const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
    const query = new URLSearchParams({
      'filter[workspace][name]': String(workspace.body.data.attributes['name']),
      'filter[organization][name]': organization,
      'filter[status]': 'finalized',
      'page[size]': '2',
    });
    const named = await server.call('GET', `/api/v2/state-versions?${query.toString()}`);
    expect(named.body.data.map(({ id }) => id)).toEqual([newest?.id, middle?.id]);
    expect(named.body.meta?.pagination['total-count']).toBe(3);
  });

  test('need both names, and answer 404 for unknown ones', async () => {
    const missing = await server.call('GET', '/api/v2/state-versions');
    expect(missing.status).toBe(400);
    expect(missing.text).toContain('filter[workspace][name]');
    const unknown = `filter[workspace][name]=nothing&filter[organization][name]=${organization}`;
    expect((await server.call('GET', `/api/v2/state-versions?${unknown}`)).status).toBe(404);
    expect((await list('?include=nonsense')).body.errors?.[0]?.title).toBe('Invalid include parameter');
  });
});

describe('a rollback', () => {
  const rollBack = async (id: string) =>
    await server.call('PATCH', `/api/v2/workspaces/${workspaceId}/state-versions`, {
      data: {
        type: 'state-versions',
        relationships: { 'rollback-state-version': { data: { id, type: 'state-versions' } } },
      },
    });

  test('makes an earlier state current with the next serial, and keeps all others', async () => {
    const first = await postState(server, workspaceId, stateFile({ resources: [managed('kept')] }));
    await postState(server, workspaceId, stateFile({ serial: 2, resources: [] }));
    const back = await rollBack(first.body.data.id);
    expect(back.status).toBe(201);
    expect(back.body.data.attributes).toMatchObject({ serial: 3, 'resource-count': 1, status: 'finalized' });
    expect(back.body.data.relationships['rollback-state-version']?.data?.id).toBe(first.body.data.id);
    const file = await server.call('GET', `/api/v2/state-versions/${back.body.data.id}/download`);
    expect(JSON.parse(file.text)).toMatchObject({
      serial: 3,
      lineage: 'a-lineage',
      resources: [{ name: 'kept' }],
    });
    expect(back.body.data.attributes['md5']).toBe(md5(file.text));
    expect((await list()).body.data).toHaveLength(3);
    expect((await postState(server, workspaceId, stateFile({ serial: 4 }))).status).toBe(201);
  });

  test('needs the lock, and a version of this workspace with a file', async () => {
    const first = await postState(server, workspaceId, stateFile());
    const pending = await announce(stateFile({ serial: 2 }));
    expect((await rollBack(pending.body.data.id)).status).toBe(422);
    expect((await rollBack('sv-AAAAAAAAAAAAAAAA')).status).toBe(422);
    await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/force-unlock`);
    expect((await rollBack(first.body.data.id)).status).toBe(409);
  });
});

test('an apply continues from an uploaded state, even if its announced serial is higher than its own', async () => {
  const { workspaceId: ready } = await readyWorkspace(server, { 'auto-apply': true });
  await lock(server, ready);
  expect((await postState(server, ready, stateFile({ serial: 1 }), { serial: 7 })).status).toBe(201);
  await unlock(server, ready);
  const runId = await createRun(server, ready);
  await (await mustClaim(server)).finishPlan();
  const apply = await mustClaim(server);
  await apply.sendState(2);
  await apply.finish({ outcome: 'succeeded' });
  const { body } = await server.call('GET', `/api/v2/workspaces/${ready}/current-state-version?include=run`);
  expect(body.data.attributes['serial']).toBe(8);
  expect(body.included?.map(({ id }) => id)).toEqual([runId]);
});

test('an apply can still use a serial after the highest that can be announced', async () => {
  const { workspaceId: ready } = await readyWorkspace(server, { 'auto-apply': true });
  await lock(server, ready);
  const highest = 9_000_000_000_000_000;
  expect((await postState(server, ready, stateFile({ serial: 1 }), { serial: highest })).status).toBe(201);
  await unlock(server, ready);
  await createRun(server, ready);
  await (await mustClaim(server)).finishPlan();
  const apply = await mustClaim(server);
  await apply.sendState(2);
  expect((await apply.finish({ outcome: 'succeeded' })).status).toBe(200);
  const { body } = await server.call('GET', `/api/v2/workspaces/${ready}/current-state-version`);
  expect(body.data.attributes['serial']).toBe(highest + 1);
});
