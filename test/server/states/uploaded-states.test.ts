/** State versions that are announced before their file is uploaded, as terraform does since 1.6. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganization, createWorkspace } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { lock, md5, postState, put, stateFile, unlock } from '../../support/states.ts';

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

describe('a state version that is uploaded', () => {
  test('is pending until its file has arrived, and then current', async () => {
    const file = stateFile();
    const announced = await announce(file);
    const { attributes } = announced.body.data;
    expect(announced.status).toBe(201);
    expect(attributes).toMatchObject({
      status: 'pending',
      'resources-processed': false,
      'hosted-state-download-url': null,
      'hosted-json-state-download-url': null,
      size: null,
    });
    expect((await current()).status).toBe(404);
    expect((await put(attributes['hosted-json-state-upload-url'], '{"values":{}}')).status).toBe(200);
    expect((await put(attributes['hosted-state-upload-url'], file)).status).toBe(200);
    const made = await current();
    expect(made.body.data.id).toBe(announced.body.data.id);
    expect(made.body.data.attributes).toMatchObject({
      status: 'finalized',
      'hosted-state-upload-url': null,
      'hosted-json-state-upload-url': null,
      'resource-count': 1,
    });
    const json = await server.call(
      'GET',
      String(made.body.data.attributes['hosted-json-state-download-url']),
      undefined,
      null,
    );
    expect(json.text).toBe('{"values":{}}');
  });

  test('accepts the same bytes again, but no others', async () => {
    const file = stateFile();
    const { attributes } = (await announce(file)).body.data;
    for (const url of [attributes['hosted-state-upload-url'], attributes['hosted-json-state-upload-url']]) {
      expect((await put(url, file)).status).toBe(200);
      expect((await put(url, file)).status).toBe(200);
    }
    expect((await put(attributes['hosted-json-state-upload-url'], '{}')).status).toBe(409);
    const other = await put(attributes['hosted-state-upload-url'], stateFile({ resources: [] }));
    expect(other.status).toBe(400);
    expect((await put(attributes['hosted-json-state-upload-url'], 'no JSON')).status).toBe(422);
  });

  test('refuses bytes other than the announced ones, and can still be uploaded afterwards', async () => {
    const file = stateFile();
    const url = (await announce(file)).body.data.attributes['hosted-state-upload-url'];
    const wrong = await put(url, `${file} `);
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining(md5(file))]);
    expect((await put(url, file)).status).toBe(200);
    const noState = '{"serial":3}';
    const other = await server.call('POST', `/api/v2/workspaces/${workspaceId}/state-versions`, {
      data: { attributes: { serial: 2, md5: md5(noState) } },
    });
    expect((await put(other.body.data.attributes['hosted-state-upload-url'], noState)).status).toBe(422);
  });

  test('is given up by the next one and by a force-unlock, while an unlock is refused until then', async () => {
    const first = (await announce(stateFile())).body.data;
    const second = (await announce(stateFile({ serial: 2 }))).body.data;
    expect((await put(first.attributes['hosted-state-upload-url'], stateFile())).status).toBe(409);
    const refused = await unlock(server, workspaceId);
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.[0]?.detail).toContain('latest state version is still pending');
    const forced = await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/force-unlock`);
    expect(forced.status).toBe(200);
    expect((await put(second.attributes['hosted-state-upload-url'], stateFile({ serial: 2 }))).status).toBe(
      409,
    );
    expect((await current()).status).toBe(404);
    expect((await list()).body.data.map(({ attributes }) => attributes['status'])).toEqual([
      'discarded',
      'discarded',
    ]);
    expect((await list('?filter[status]=finalized')).body.data).toEqual([]);
  });

  test('is discarded if another state became current in between', async () => {
    const url = (await announce(stateFile({ serial: 2 }))).body.data.attributes['hosted-state-upload-url'];
    await server.platform.db
      .updateTable('state_version')
      .set({ status: 'discarded' })
      .where('workspace_id', '=', workspaceId)
      .execute();
    expect((await postState(server, workspaceId, stateFile({ serial: 3 }))).status).toBe(201);
    await server.platform.db
      .updateTable('state_version')
      .set({ status: 'pending' })
      .where('workspace_id', '=', workspaceId)
      .where('serial', '=', 2)
      .execute();
    expect((await put(url, stateFile({ serial: 2 }))).status).toBe(409);
    expect((await list()).body.data.map(({ attributes }) => attributes['status'])).toEqual([
      'finalized',
      'discarded',
    ]);
    expect((await unlock(server, workspaceId)).status).toBe(200);
  });

  test('shows its upload addresses only to its creator, and they cannot be guessed', async () => {
    const { id, attributes } = (await announce(stateFile())).body.data;
    const token = await server.addUser('reader', [organization]);
    const seen = await server.call('GET', `/api/v2/state-versions/${id}`, undefined, token);
    expect(seen.body.data.attributes['hosted-state-upload-url']).toBeNull();
    const forged = String(attributes['hosted-state-upload-url']).replace(/.$/, (last) =>
      last === 'A' ? 'B' : 'A',
    );
    expect((await put(forged, stateFile())).status).toBe(404);
    const swapped = String(attributes['hosted-json-state-upload-url']).replace(
      'json-state-versions',
      'state-versions',
    );
    expect((await put(swapped, stateFile())).status).toBe(404);
  });
});
