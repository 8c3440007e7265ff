/** A run may use a configuration that was uploaded to another workspace of the organization. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SOME_ARCHIVE } from '../../runner/configuration-archive.ts';
import { createOrganization, createWorkspace, runBody, uploadConfiguration } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

async function post(workspaceId: string, versionId: string, token?: string) {
  const { data } = runBody(workspaceId);
  const version = { data: { id: versionId, type: 'configuration-versions' } };
  const relationships = { ...data.relationships, 'configuration-version': version };
  return await server.call('POST', '/api/v2/runs', { data: { ...data, relationships } }, token);
}

test('a run plans the configuration of another workspace, even after that workspace is deleted', async () => {
  const home = await createWorkspace(server, organization);
  const workspaceId = await createWorkspace(server, organization);
  const versionId = await uploadConfiguration(server, home);
  const run = await post(workspaceId, versionId);
  expect([run.status, run.body.data.relationships['configuration-version']?.data?.id]).toEqual([
    201,
    versionId,
  ]);
  expect((await server.call('DELETE', `/api/v2/workspaces/${home}`)).status).toBe(204);
  const step = await mustClaim(server);
  expect(step.run.id).toBe(run.body.data.id);
  expect((await step.call('GET', 'inputs/configuration')).text).toBe(SOME_ARCHIVE.toString());
  await step.finish({ outcome: 'errored' });
  const shown = await server.call('GET', `/api/v2/runs/${run.body.data.id}?include=configuration_version`);
  expect(shown.body.included?.map(({ id }) => id)).toEqual([versionId]);
  expect((await server.call('GET', `/api/v2/configuration-versions/${versionId}`)).status).toBe(200);
  expect((await server.call('DELETE', `/api/v2/workspaces/${workspaceId}`)).status).toBe(204);
  expect((await server.call('GET', `/api/v2/configuration-versions/${versionId}`)).status).toBe(404);
});

test('the archive is kept while the run of the other workspace needs it', async () => {
  const home = await createWorkspace(server, organization);
  const versionId = await uploadConfiguration(server, home);
  await uploadConfiguration(server, home);
  await post(await createWorkspace(server, organization), versionId);
  const archive = `/api/v2/configuration-versions/${versionId}/actions/archive`;
  expect((await server.call('POST', archive)).status).toBe(409);
  await (await mustClaim(server)).finish({ outcome: 'errored' });
  expect((await server.call('POST', archive)).status).toBe(202);
});

test('a configuration that the caller may not read, or of another organization, is refused', async () => {
  const home = await createWorkspace(server, organization);
  const workspaceId = await createWorkspace(server, organization);
  const hidden = await uploadConfiguration(server, home);
  const elsewhere = await uploadConfiguration(
    server,
    await createWorkspace(server, await createOrganization(server)),
  );
  const teams = `/api/v2/organizations/${organization}/teams`;
  const team = await server.call('POST', teams, { data: { attributes: { name: 'planners' } } });
  const teamRef = { data: { id: team.body.data.id, type: 'teams' } };
  const relationships = { team: teamRef, workspace: { data: { id: workspaceId, type: 'workspaces' } } };
  await server.call('POST', '/api/v2/team-workspaces', {
    data: { type: 'team-workspaces', attributes: { access: 'write' }, relationships },
  });
  const token = await server.call('POST', `/api/v2/teams/${team.body.data.id}/authentication-token`);
  const secret = String(token.body.data.attributes['token']);
  for (const [versionId, caller] of [
    [hidden, secret],
    [elsewhere, undefined],
    ['cv-unknown', undefined],
  ] as const) {
    const answer = await post(workspaceId, versionId, caller);
    expect([answer.status, answer.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/relationships/configuration-version',
    ]);
  }
});
