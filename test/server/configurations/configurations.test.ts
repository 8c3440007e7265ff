import { link, makeTarGz, packFiles, SOME_ARCHIVE } from '../../runner/configuration-archive.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  runBody,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { put } from '../../support/states.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

let workspaceId: string;
beforeEach(async () => void (workspaceId = await createWorkspace(server, organization)));

const upload = async () => await uploadConfiguration(server, workspaceId);
const read = async (id: string, rest = '') =>
  await server.call('GET', `/api/v2/configuration-versions/${id}${rest}`);
const act = async (id: string, action: string, token?: string) =>
  await server.call('POST', `/api/v2/configuration-versions/${id}/actions/${action}`, undefined, token);
const statusOf = async (id: string) => (await read(id)).body.data.attributes['status'];

describe('the archive of a configuration version', () => {
  test('is downloaded through a signed address, by its id and by its run', async () => {
    const id = await upload();
    const runId = await createRun(server, workspaceId);
    const ofRun = await server.call('GET', `/api/v2/runs/${runId}/configuration-version`);
    expect(ofRun.body).toEqual((await read(id)).body);
    for (const path of [
      `configuration-versions/${id}/download`,
      `runs/${runId}/configuration-version/download`,
    ]) {
      const answer = await server.call('GET', `/api/v2/${path}`);
      expect(answer.status).toBe(302);
      const address = String(answer.headers.get('location'));
      expect((await server.call('GET', address, undefined, null)).text).toBe(SOME_ARCHIVE.toString());
      expect((await server.call('GET', `${address}x`, undefined, null)).status).toBe(404);
    }
    const stranger = await server.addUser(uniqueName('stranger'), []);
    for (const path of [
      `configuration-versions/${id}/download`,
      `runs/${runId}/configuration-version/download`,
    ]) {
      expect((await server.call('GET', `/api/v2/${path}`, undefined, stranger)).status).toBe(404);
    }
    await (await mustClaim(server)).finish({ outcome: 'errored' });
  });

  test('is not found before the upload', async () => {
    const { body } = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
      data: { attributes: {} },
    });
    expect((await read(body.data.id, '/download')).status).toBe(404);
    expect(body.data.attributes).toMatchObject({ status: 'pending', 'status-timestamps': {} });
    const refused = await act(body.data.id, 'archive');
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('transition not allowed');
  });

  test('can be given up once, unless it is current', async () => {
    const first = await upload();
    const refused = await act(first, 'archive');
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('configuration could not be archived because it is current');
    await upload();
    expect(await act(first, 'archive')).toMatchObject({ status: 202, text: 'null' });
    const archived = (await read(first)).body.data.attributes;
    expect(archived['status']).toBe('archived');
    expect(Object.keys(archived['status-timestamps'] as object)).toEqual(['uploaded-at', 'archived-at']);
    expect((await read(first, '/download')).status).toBe(404);
    expect((await act(first, 'archive')).text).toContain('transition not allowed');
    const relationships = {
      'configuration-version': { data: { id: first, type: 'configuration-versions' } },
    };
    const body = runBody(workspaceId);
    const run = await server.call('POST', '/api/v2/runs', {
      data: { ...body.data, relationships: { ...body.data.relationships, ...relationships } },
    });
    expect(run.status).toBe(422);
    expect(run.text).toContain('archived');
  });

  test('stays while an unfinished run needs it', async () => {
    const first = await upload();
    const runId = await createRun(server, workspaceId);
    const step = await mustClaim(server);
    await upload();
    for (const [action, status] of [
      ['archive', 409],
      ['soft_delete_backing_data', 400],
    ] as const) {
      const refused = await act(first, action);
      expect(refused.status).toBe(status);
      expect(refused.text).toContain(runId);
    }
    await step.finish({ outcome: 'errored' });
    expect((await act(first, 'archive')).status).toBe(202);
  });

  test('can be deleted and restored, and is given up for good only after a deletion', async () => {
    const id = await upload();
    expect((await act(id, 'restore_backing_data')).status).toBe(400);
    const early = await act(id, 'permanently_delete_backing_data');
    expect(early.status).toBe(400);
    expect(early.text).toContain('transition not allowed');

    expect((await act(id, 'soft_delete_backing_data')).status).toBe(200);
    expect(await statusOf(id)).toBe('backing_data_soft_deleted');
    expect((await read(id, '/download')).status).toBe(404);
    expect((await server.call('POST', '/api/v2/runs', runBody(workspaceId))).status).toBe(422);

    expect((await act(id, 'restore_backing_data')).status).toBe(200);
    expect(await statusOf(id)).toBe('uploaded');
    expect((await read(id, '/download')).status).toBe(302);

    await act(id, 'soft_delete_backing_data');
    expect((await act(id, 'permanently_delete_backing_data')).status).toBe(200);
    expect(await statusOf(id)).toBe('backing_data_permanently_deleted');
    const late = await act(id, 'restore_backing_data');
    expect(late.status).toBe(400);
    expect(late.text).toContain('transition not allowed');
  });

  test('cannot be given up without permission', async () => {
    const id = await upload();
    await upload();
    const member = await server.addUser(uniqueName('member'), [organization], { as: 'member' });
    for (const action of ['archive', 'soft_delete_backing_data', 'permanently_delete_backing_data']) {
      expect((await act(id, action, member)).status).toBe(404);
    }
    expect(await statusOf(id)).toBe('uploaded');
  });
});

describe('the files of a configuration version', () => {
  const filesOf = async (id: string, path?: string, token?: string) =>
    await server.call(
      'GET',
      `/api/v2/configuration-versions/${id}/files${path === undefined ? '' : `?filter[path]=${encodeURIComponent(path)}`}`,
      undefined,
      token,
    );
  const contentOf = async (id: string, path: string) => {
    const { status, body } = await filesOf(id, path);
    expect(status).toBe(200);
    return body.data as unknown as { id: string; attributes: Record<string, unknown> }[];
  };

  test('are listed as a runner unpacks them, and read one by one', async () => {
    const hostile = 'a "quoted" \u202Ename\n<script>.tf';
    const archive = makeTarGz([
      { path: './main.tf', text: 'first' },
      { path: 'modules/', type: '5' },
      { path: 'modules/net/vpc.tf', text: '# ä €\n' },
      { path: 'main.tf', text: 'second' },
      { path: '.terraform/providers/x', text: 'left over' },
      link('link.tf', 'modules/net/vpc.tf'),
      { path: 'logo.png', text: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]) },
      { path: 'latin.txt', text: Buffer.from([0x66, 0xfc, 0x72]) },
      { path: 'empty.tf', text: '' },
      { path: hostile, text: '<script>' },
      { path: 'large.txt', text: `${'a'.repeat(1024 ** 2 - 1)}€ and more` },
    ]);
    const id = await uploadConfiguration(server, workspaceId, archive);
    const list = await filesOf(id);
    expect(list.status).toBe(200);
    expect(list.body.meta).toEqual({ 'total-count': 8 });
    expect(list.body.data.map(({ id: path }) => path)).toEqual(
      [
        'main.tf',
        'modules/net/vpc.tf',
        'link.tf',
        'logo.png',
        'latin.txt',
        'empty.tf',
        hostile,
        'large.txt',
      ].toSorted(),
    );
    const file = async (path: string) => (await contentOf(id, path))[0]?.attributes;
    expect(await file('main.tf')).toEqual({
      path: 'main.tf',
      'size-bytes': 6,
      'link-target': null,
      content: 'second',
      truncated: false,
    });
    expect((await file('modules/net/vpc.tf'))?.['content']).toBe('# ä €\n');
    expect(await file('link.tf')).toEqual({
      path: 'link.tf',
      'size-bytes': 0,
      'link-target': 'modules/net/vpc.tf',
    });
    expect(await file('logo.png')).toMatchObject({ content: null, truncated: false });
    expect(await file('latin.txt')).toMatchObject({ content: null });
    expect(await file('empty.tf')).toMatchObject({ content: '', truncated: false });
    expect(await file(hostile)).toMatchObject({ content: '<script>' });
    expect(await file('large.txt')).toMatchObject({ content: 'a'.repeat(1024 ** 2 - 1), truncated: true });
  });

  test('are an empty list if the path names no file, whatever it looks like', async () => {
    const id = await upload();
    for (const path of ['', 'other.tf', '../../etc/passwd', '/etc/passwd', '.', 'main.tf/', 'MAIN.TF', '%00'])
      expect(await contentOf(id, path)).toEqual([]);
    const twice = await server.call(
      'GET',
      `/api/v2/configuration-versions/${id}/files?filter[path]=a&filter[path]=b`,
    );
    expect(twice.status).toBe(400);
  });

  test('are complete for many readers at once', async () => {
    const id = await upload();
    const answers = await Promise.all(Array.from({ length: 12 }, async () => await filesOf(id)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.body.data.map(({ id: path }) => path)).toEqual(['main.tf']);
  });

  test('are not found by strangers, before the upload, or once the archive was given up', async () => {
    const id = await upload();
    const stranger = await server.addUser(uniqueName('stranger'), []);
    expect((await filesOf(id, 'main.tf', stranger)).status).toBe(404);
    expect((await filesOf('cv-doesNotExist00')).status).toBe(404);
    const { body } = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
      data: { attributes: {} },
    });
    expect((await filesOf(body.data.id)).status).toBe(404);
    await act(id, 'soft_delete_backing_data');
    expect((await filesOf(id)).status).toBe(404);
  });
});

test('a configuration version has no data of a repository', async () => {
  const id = await upload();
  const answer = await read(id, '/ingress-attributes');
  expect(answer.status).toBe(404);
  for (const name of ['ingress_attributes', 'ingress-attributes']) {
    expect((await read(id, `?include=${name}`)).body.included).toEqual([]);
  }
  const unknown = await read(id, '?include=nonsense');
  expect(unknown.status).toBe(400);
  expect(unknown.body.errors).toEqual([
    {
      status: '400',
      code: 'invalid_include',
      title: 'Invalid include parameter',
      meta: { known: ['ingress_attributes', 'run'] },
      source: { parameter: 'include' },
    },
  ]);
});

test('the configuration versions of a workspace are listed newest first', async () => {
  const ids = [await upload(), await upload(), await upload()];
  const list = await server.call(
    'GET',
    `/api/v2/workspaces/${workspaceId}/configuration-versions?page[size]=2`,
  );
  expect(list.body.data.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 2));
  expect(list.body.meta?.pagination).toMatchObject({ 'total-count': 3, 'next-page': 2 });
});

test('an upload whose run cannot be queued is refused completely, and can be repeated', async () => {
  const variable = await server.call('POST', `/api/v2/workspaces/${workspaceId}/vars`, {
    data: {
      type: 'vars',
      attributes: { key: 'password', value: 'x', category: 'terraform', sensitive: true },
    },
  });
  const made = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
    data: { type: 'configuration-versions', attributes: { 'auto-queue-runs': true } },
  });
  const { id, attributes } = made.body.data;
  const send = async () => await put(attributes['upload-url'], SOME_ARCHIVE);
  await server.platform.db
    .updateTable('variable')
    .set({ sealed_value: server.platform.sealer.seal('x', 'variable.sealed_value', 'var-another') })
    .where('id', '=', variable.body.data.id)
    .execute();
  expect(await send()).toMatchObject({ status: 422, text: expect.stringContaining('variable password') });
  expect(await statusOf(id)).toBe('pending');
  await server.call('DELETE', `/api/v2/workspaces/${workspaceId}/vars/${variable.body.data.id}`);
  expect((await send()).status).toBe(200);
  expect(await statusOf(id)).toBe('uploaded');
  const runs = await server.call('GET', `/api/v2/workspaces/${workspaceId}/runs`);
  expect(runs.body.data.map((run) => run.attributes['message'])).toEqual(['Configuration uploaded']);
  await (await mustClaim(server)).finish({ outcome: 'errored' });
});

const archiveOf = (text: string) => packFiles({ 'main.tf': `# ${text}` });

test('a repeated upload has the same answer, and another archive replaces one that no run has used', async () => {
  const made = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
    data: { attributes: { 'auto-queue-runs': false } },
  });
  const { id, attributes } = made.body.data;
  const send = async (text: string) => (await put(attributes['upload-url'], archiveOf(text))).status;
  expect([await send('one'), await send('one'), await send('two'), await send('two')]).toEqual([
    200, 200, 200, 200,
  ]);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  expect([step.run.id, (await step.call('GET', 'inputs/configuration')).text]).toEqual([
    runId,
    archiveOf('two').toString(),
  ]);
  expect([await send('two'), await send('three')]).toEqual([200, 409]);
  await step.finish({ outcome: 'errored' });
  expect([await send('two'), await send('three'), await statusOf(id)]).toEqual([200, 409, 'uploaded']);
});

test('a repeated upload queues only one run', async () => {
  const made = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
    data: { attributes: { 'auto-queue-runs': true } },
  });
  const send = async (text: string) =>
    (await put(made.body.data.attributes['upload-url'], archiveOf(text))).status;
  expect(await Promise.all([send('one'), send('one'), send('one')])).toEqual([200, 200, 200]);
  expect(await send('two')).toBe(409);
  const runs = await server.call('GET', `/api/v2/workspaces/${workspaceId}/runs`);
  expect(runs.body.data).toHaveLength(1);
  await (await mustClaim(server)).finish({ outcome: 'errored' });
});

test('the newest configuration that is neither speculative nor provisional is current from its creation', async () => {
  const create = async (more: object = {}) => {
    const answer = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
      data: { attributes: { 'auto-queue-runs': false, ...more } },
    });
    return answer.body.data;
  };
  const current = async () => {
    const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
    return workspace.body.data.relationships['current-configuration-version']?.data?.id ?? null;
  };
  expect(await current()).toBe(null);
  const older = await create();
  expect(await current()).toBe(older.id);
  expect((await server.call('POST', '/api/v2/runs', runBody(workspaceId))).status).toBe(422);
  const newer = await create();
  await create({ speculative: true });
  await create({ provisional: true });
  await put(older.attributes['upload-url'], SOME_ARCHIVE);
  expect(await current()).toBe(newer.id);
});
