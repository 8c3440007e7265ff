import { newId } from '@runwright/models';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashSecret, newOpaqueToken } from '../../../src/server/secrets/opaque-tokens.ts';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { lock, postState, stateFile, unlock } from '../../support/states.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

let organization: string;
let sharingId: string;
let readerId: string;
beforeEach(async () => {
  organization = await createOrganization(server);
  sharingId = await createWorkspace(server, organization, { name: 'sharing' });
  readerId = await createWorkspace(server, organization, { name: 'reader' });
  await lock(server, sharingId);
  await postState(server, sharingId, stateFile({ outputs: { address: { value: 'x', type: 'string' } } }));
  await unlock(server, sharingId);
});

const consumersPath = () => `/api/v2/workspaces/${sharingId}/relationships/remote-state-consumers`;
const references = (...ids: string[]) => ({ data: ids.map((id) => ({ id, type: 'workspaces' })) });
const change = async (method: string, ...ids: string[]) =>
  await server.call(method, consumersPath(), references(...ids));
const consumers = async (token?: string) =>
  (await server.call('GET', consumersPath(), undefined, token)).body.data.map(({ id }) => id);
const set = async (id: string, attributes: object) =>
  expect((await server.call('PATCH', `/api/v2/workspaces/${id}`, { data: { attributes } })).status).toBe(200);

describe('the consumers of a workspace', () => {
  test('are added, replaced, removed and listed', async () => {
    const otherId = await createWorkspace(server, organization, { name: 'other' });
    expect(await consumers()).toEqual([]);
    expect(await change('POST', readerId)).toMatchObject({ status: 204, text: '' });
    expect((await change('POST', readerId, otherId)).status).toBe(204);
    expect(await consumers()).toEqual([otherId, readerId]);
    expect((await change('PATCH', otherId)).status).toBe(204);
    expect(await consumers()).toEqual([otherId]);
    expect((await change('DELETE', otherId, readerId)).status).toBe(204);
    expect(await consumers()).toEqual([]);
    await change('POST', readerId);
    expect((await change('PATCH')).status).toBe(204);
    expect(await consumers()).toEqual([]);
  });

  test('must be in the same organization', async () => {
    const elsewhere = await createWorkspace(server, await createOrganization(server));
    for (const id of [elsewhere, 'ws-AAAAAAAAAAAAAAAA']) {
      const refused = await change('POST', readerId, id);
      expect(refused.status).toBe(422);
      expect(refused.body.errors?.[0]?.detail).toBe(`"${id}": not a workspace of the organization.`);
    }
    expect(await consumers()).toEqual([]);
    expect((await server.call('POST', consumersPath(), { data: 'x' })).status).toBe(422);
  });

  test('are hidden from people without access', async () => {
    await change('POST', readerId);
    const member = await server.addUser(uniqueName('member'), [organization], { as: 'member' });
    expect((await server.call('GET', consumersPath(), undefined, member)).status).toBe(404);
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      expect((await server.call(method, consumersPath(), references(), member)).status).toBe(404);
    }
    expect(await consumers()).toEqual([readerId]);
  });
});

/** The requests of terraform, with the token of a run, for the state of another workspace. */
async function readAsRun(ofWorkspace: string): Promise<number[]> {
  await uploadConfiguration(server, ofWorkspace);
  const runId = await createRun(server, ofWorkspace, { 'plan-only': true });
  const secret = newOpaqueToken();
  await server.platform.db
    .insertInto('token')
    .values({ id: newId('at'), kind: 'run', secret_hash: hashSecret(secret), run_id: runId })
    .execute();
  const get = async (path: string) => (await server.call('GET', `/api/v2/${path}`, undefined, secret)).status;
  return [
    await get(`organizations/${organization}/workspaces/sharing`),
    await get(`workspaces/${sharingId}/current-state-version`),
    await get(`workspaces/${sharingId}/current-state-version-outputs`),
  ];
}

const ALLOWED = [200, 200, 200];
const REFUSED = [404, 404, 404];

describe('a run of another workspace', () => {
  test('reads a state only if its workspace is a consumer', async () => {
    expect(await readAsRun(readerId)).toEqual(REFUSED);
    await change('POST', readerId);
    expect(await readAsRun(readerId)).toEqual(ALLOWED);
    const otherId = await createWorkspace(server, organization);
    expect(await readAsRun(otherId)).toEqual(REFUSED);
    await change('DELETE', readerId);
    expect(await readAsRun(readerId)).toEqual(REFUSED);
  });

  test('reads a state that is shared with the whole organization', async () => {
    await set(sharingId, { 'global-remote-state': true });
    expect(await readAsRun(readerId)).toEqual(ALLOWED);
    const strange = await createOrganization(server);
    expect(await readAsRun(await createWorkspace(server, strange))).toEqual(REFUSED);
  });

  test('reads a state that is shared with its project', async () => {
    await set(sharingId, { 'project-remote-state': true });
    expect(await readAsRun(readerId)).toEqual(ALLOWED);
    const project = await server.call('POST', `/api/v2/organizations/${organization}/projects`, {
      data: { attributes: { name: 'another project' } },
    });
    const moved = await server.call('PATCH', `/api/v2/workspaces/${readerId}`, {
      data: { relationships: { project: { data: { id: project.body.data.id } } } },
    });
    expect(moved.status).toBe(200);
    expect(await readAsRun(readerId)).toEqual(REFUSED);
  });

  test('changes nothing there', async () => {
    await change('POST', readerId);
    await uploadConfiguration(server, readerId);
    const runId = await createRun(server, readerId, { 'plan-only': true });
    const secret = newOpaqueToken();
    await server.platform.db
      .insertInto('token')
      .values({ id: newId('at'), kind: 'run', secret_hash: hashSecret(secret), run_id: runId })
      .execute();
    expect((await postState(server, sharingId, stateFile({ serial: 9 }), {}, secret)).status).toBe(404);
    expect((await lock(server, sharingId, secret)).status).toBe(404);
    expect((await server.call('POST', consumersPath(), references(readerId), secret)).status).toBe(404);
  });
});
