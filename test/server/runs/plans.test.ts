import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRun, readyWorkspace } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const ARTIFACTS = [
  ['json-output', '{"format_version":"1.2"}'],
  ['json-output-redacted', '{"plan_format_version":"1.2"}'],
  ['json-schema', '{"format_version":"1.0"}'],
] as const;

test('the provenance of a run has the digests of what its apply uses, for those who may know them', async () => {
  const { workspaceId, organization } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const read = async (token?: string) => {
    const { status, body } = await server.call('GET', `/api/v2/runs/${runId}/provenance`, undefined, token);
    return { status, attributes: body.data?.attributes };
  };
  const step = await mustClaim(server);
  await step.call('PUT', 'artifacts/plan-file', new TextEncoder().encode('too early'));
  expect((await read()).attributes).toMatchObject({
    'configuration-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    'plan-file-sha256': null,
    'plan-folder-sha256': null,
    'input-state-sha256': null,
  });
  await step.finishPlan({ platform: 'linux_amd64' });
  const planFile = createHash('sha256').update('a plan file').digest('hex');
  expect((await read()).attributes).toMatchObject({
    'plan-file-sha256': planFile,
    'engine-version': '1.11.4',
    platform: 'linux_amd64',
  });

  const teams = `/api/v2/organizations/${organization}/teams`;
  const team = await server.call('POST', teams, { data: { attributes: { name: 'readers' } } });
  const { id } = team.body.data;
  const token = await server.call('POST', `/api/v2/teams/${id}/authentication-token`);
  const reader = String(token.body.data.attributes['token']);
  expect((await read(reader)).status).toBe(404);
  await server.call('POST', '/api/v2/team-workspaces', {
    data: {
      attributes: { access: 'read' },
      relationships: {
        team: { data: { type: 'teams', id } },
        workspace: { data: { type: 'workspaces', id: workspaceId } },
      },
    },
  });
  expect((await read(reader)).attributes).toMatchObject({
    'configuration-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    'plan-file-sha256': null,
  });
});

describe('the artifacts of a plan', () => {
  test('are available once the plan has finished, by the plan and by the run, and not before', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    const { body } = await server.call('GET', `/api/v2/runs/${runId}/plan`);
    const paths = [`/api/v2/plans/${body.data.id}`, `/api/v2/runs/${runId}/plan`];
    const read = async () =>
      await Promise.all(
        paths.flatMap((path) => ARTIFACTS.map(([name]) => server.call('GET', `${path}/${name}`))),
      );
    const step = await mustClaim(server);
    await step.call('PUT', 'artifacts/redacted-plan', new TextEncoder().encode('{"too":"early"}'));
    expect((await read()).map(({ status, text }) => [status, text])).toEqual(Array(6).fill([204, '']));
    expect(body.data.links).toEqual({ self: paths[0] });

    await step.finishPlan();
    const answers = await read();
    const texts = ARTIFACTS.map(([, text]) => text);
    expect(answers.map(({ text }) => text)).toEqual([...texts, ...texts]);
    for (const { status, headers } of answers) {
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/json');
    }
    const finished = await server.call('GET', String(paths[0]));
    expect(finished.body.data.links).toEqual({
      self: paths[0],
      ...Object.fromEntries(ARTIFACTS.map(([name]) => [name, `${paths[0]}/${name}`])),
    });
  });

  test('are not found by strangers, and not for plans that do not exist', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const other = await readyWorkspace(server);
    const stranger = await server.addUser('somebody-else', [other.organization]);
    await createRun(server, workspaceId, { 'plan-only': true });
    const step = await mustClaim(server);
    await step.finishPlan();
    for (const [name] of ARTIFACTS) {
      const answers = await Promise.all([
        server.call('GET', `/api/v2/plans/${step.id}/${name}`, undefined, stranger),
        server.call('GET', `/api/v2/plans/plan-AAAAAAAAAAAAAAAA/${name}`),
        server.call('GET', `/api/v2/runs/nonexisting/plan/${name}`),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    }
  });
});

describe('the errored state of an apply', () => {
  test('is the state that could not become current, and is not found if there is none', async () => {
    const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
    const first = await createRun(server, workspaceId);
    await (await mustClaim(server)).finishPlan();
    const applied = await mustClaim(server);
    await applied.sendState(1);
    await applied.finish({ outcome: 'succeeded' });
    const applyId = async (runId: string) =>
      (await server.call('GET', `/api/v2/runs/${runId}/apply`)).body.data.id;
    expect((await server.call('GET', `/api/v2/applies/${await applyId(first)}/errored-state`)).status).toBe(
      404,
    );
    const second = await createRun(server, workspaceId);
    await (await mustClaim(server)).finishPlan();
    const diverging = await mustClaim(server);
    await diverging.sendState(2, ['lost'], 'another-lineage');
    await diverging.finish({ outcome: 'succeeded' });
    const state = await server.call('GET', `/api/v2/applies/${await applyId(second)}/errored-state`);
    expect([state.status, JSON.parse(state.text)]).toMatchObject([200, { lineage: 'another-lineage' }]);
  });
});
