import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { upload } from '../../support/doors.ts';
import {
  createOrganization,
  createRun,
  createWorkspace,
  runBody,
  statusOf,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claimStepOf, type HeldStep } from '../../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  organization = await createOrganization(server);
  workspaceId = await createWorkspace(server, organization, { 'auto-apply': true });
  await uploadConfiguration(server, workspaceId);
});

async function mustClaim(runId: string): Promise<HeldStep> {
  const step = await claimStepOf(server, runId);
  if (step === undefined) throw new Error(`${runId} has no step`);
  return step;
}

const runsOf = async (id: string) => (await server.call('GET', `/api/v2/workspaces/${id}/runs`)).body.data;

async function firstRun(id: string): Promise<string> {
  for (;;) {
    const [run] = await runsOf(id);
    if (run !== undefined) return run.id;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A member of a new team. @returns the token, and the path of the team's access */
async function addSomebody(access: 'plan' | 'write'): Promise<{ secret: string; path: string }> {
  const username = uniqueName('somebody');
  const secret = await server.addUser(username, [organization], { as: 'member' });
  const teams = `/api/v2/organizations/${organization}/teams`;
  const team = await server.call('POST', teams, { data: { attributes: { name: username } } });
  const { id } = team.body.data;
  await server.call('POST', `/api/v2/teams/${id}/relationships/users`, { data: [{ id: username }] });
  const granted = await server.call('POST', '/api/v2/team-workspaces', {
    data: {
      attributes: { access },
      relationships: {
        team: { data: { type: 'teams', id } },
        workspace: { data: { type: 'workspaces', id: workspaceId } },
      },
    },
  });
  return { secret, path: `/api/v2/team-workspaces/${granted.body.data.id}` };
}

const change = async (path: string, attributes: object): Promise<void> => {
  const answer = await server.call('PATCH', path, { data: { attributes } });
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
};

const lastEvent = async (runId: string): Promise<unknown> =>
  (await server.call('GET', `/api/v2/runs/${runId}/run-events`)).body.data.at(-1)?.attributes['description'];

test('a run whose creator lost the permission meanwhile waits, says why, and can be confirmed', async () => {
  const { secret, path } = await addSomebody('write');
  const made = await server.call('POST', '/api/v2/runs', runBody(workspaceId), secret);
  const runId = made.body.data.id;
  expect(made.body.data.attributes['auto-apply']).toBe(true);
  const step = await mustClaim(runId);
  await change(path, { access: 'plan' });
  await step.finishPlan();
  const run = (await server.call('GET', `/api/v2/runs/${runId}`)).body.data.attributes;
  expect(run).toMatchObject({ status: 'planned', 'auto-apply': false, actions: { 'is-confirmable': true } });
  expect(await lastEvent(runId)).toBe('It waits for somebody who may apply: whoever queued it may not.');
  expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(202);
});

test.each([
  ['its team has lost it', (path: string) => server.call('DELETE', path)],
  [
    'the member has left the organization',
    async () => {
      const path = `/api/v2/organizations/${organization}/organization-memberships?q=somebody`;
      const id = (await server.call('GET', path)).body.data[0]?.id ?? '';
      return await server.call('DELETE', `/api/v2/organization-memberships/${id}`);
    },
  ],
])('an upload that queued a run waits when %s', async (_what, withdraw) => {
  const { secret, path } = await addSomebody('write');
  await upload({ server, organization, workspaceId, secret }, { 'auto-queue-runs': true });
  const step = await mustClaim(await firstRun(workspaceId));
  expect((await withdraw(path)).status).toBe(204);
  await step.finishPlan();
  expect(await statusOf(server, step.run.id)).toBe('planned');
});

test('a permission that is given after the run was queued does not apply it', async () => {
  const { secret, path } = await addSomebody('plan');
  const made = await server.call('POST', '/api/v2/runs', runBody(workspaceId), secret);
  const step = await mustClaim(made.body.data.id);
  await change(path, { access: 'write' });
  await step.finishPlan();
  expect(await statusOf(server, step.run.id)).toBe('planned');
});

test('a request for auto-apply without permission is refused with the attribute to leave out', async () => {
  const { secret } = await addSomebody('plan');
  const refused = await server.call(
    'POST',
    '/api/v2/runs',
    runBody(workspaceId, { 'auto-apply': true }),
    secret,
  );
  expect(refused.status).toBe(403);
  expect(refused.body.errors?.[0]?.source?.pointer).toBe('/data/attributes/auto-apply');
  expect(refused.body.errors?.[0]?.detail).toMatch(/leave auto-apply out/);
  for (const harmless of [{ 'plan-only': true }, { 'save-plan': true }]) {
    const body = runBody(workspaceId, { 'auto-apply': true, ...harmless });
    const made = await server.call('POST', '/api/v2/runs', body, secret);
    expect([made.status, made.body.data.attributes['auto-apply']]).toEqual([201, false]);
    await (await mustClaim(made.body.data.id)).finish({ outcome: 'errored' });
  }
});

test.each([
  ['plan', 'planned', 'It waits for somebody who may apply: whoever uploaded its configuration may not.'],
  ['write', 'apply_queued', 'applies automatically'],
] as const)(
  'a run that another workspace triggers, of a configuration whose uploader may %s, is %s',
  async (access, status, why) => {
    const source = await createWorkspace(server, organization);
    await uploadConfiguration(server, source);
    const trigger = { data: { relationships: { sourceable: { data: { id: source, type: 'workspaces' } } } } };
    await server.call('POST', `/api/v2/workspaces/${workspaceId}/run-triggers`, trigger);
    await change(`/api/v2/workspaces/${workspaceId}`, { 'auto-apply-run-trigger': true });
    const { secret } = await addSomebody(access);
    await upload({ server, organization, workspaceId, secret }, { 'auto-queue-runs': false });
    const sourceRun = await createRun(server, source, { 'auto-apply': true });
    await (await mustClaim(sourceRun)).finishPlan();
    const applying = await mustClaim(sourceRun);
    await applying.sendState(1);
    await applying.finish({ outcome: 'succeeded' });
    const runId = await firstRun(workspaceId);
    await (await mustClaim(runId)).finishPlan();
    expect(await statusOf(server, runId)).toBe(status);
    const { db } = server.platform;
    const events = await db
      .selectFrom('run_event')
      .select('description')
      .where('run_id', '=', runId)
      .execute();
    expect(events.map(({ description }) => description)).toContain(why);
  },
);

test('an empty apply over MCP waits where a person must approve applies over MCP', async () => {
  await change(`/api/v2/workspaces/${workspaceId}`, { 'mcp-apply-approval': true });
  const response = await fetch(`${server.url}/api/v2/runs`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/vnd.api+json',
      'user-agent': 'runwright-mcp/1',
    },
    body: JSON.stringify(runBody(workspaceId, { 'allow-empty-apply': true })),
  });
  expect(response.status).toBe(201);
  const step = await mustClaim(await firstRun(workspaceId));
  await step.finishPlan({ hasChanges: false });
  expect(await statusOf(server, step.run.id)).toBe('planned');
});
