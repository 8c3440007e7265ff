/**
 * Every state of a run × every action × every kind of caller: an action without permission is answered 404 and
 * changes nothing; with it, an action succeeds exactly where the state machine allows it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRun,
  createWorkspace,
  createOrganization,
  statusOf,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claimStepOf, type HeldStep } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let teams: Record<'read' | 'plan' | 'write', { id: string; secret: string }>;
let stranger: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
  stranger = await server.addUser(uniqueName('stranger'), []);
  teams = { read: await addTeam(), plan: await addTeam(), write: await addTeam() };
});
afterAll(async () => await server.close());

async function addTeam(): Promise<{ id: string; secret: string }> {
  const path = `/api/v2/organizations/${organization}/teams`;
  const team = await server.call('POST', path, { data: { attributes: { name: uniqueName('team') } } });
  const { id } = team.body.data;
  const token = await server.call('POST', `/api/v2/teams/${id}/authentication-token`);
  return { id, secret: String(token.body.data.attributes['token']) };
}

async function prepareWorkspace(): Promise<string> {
  const workspaceId = await createWorkspace(server, organization);
  await uploadConfiguration(server, workspaceId);
  for (const [access, { id }] of Object.entries(teams)) {
    await server.call('POST', '/api/v2/team-workspaces', {
      data: {
        attributes: { access },
        relationships: {
          team: { data: { id, type: 'teams' } },
          workspace: { data: { id: workspaceId, type: 'workspaces' } },
        },
      },
    });
  }
  return workspaceId;
}

const mustClaim = async (runId: string): Promise<HeldStep> =>
  (await claimStepOf(server, runId)) ?? Promise.reject(new Error(`${runId} has no step`));
const asOwner = async (runId: string, action: string) =>
  await server.call('POST', `/api/v2/runs/${runId}/actions/${action}`);
const plan = async (runId: string, change = {}) => await (await mustClaim(runId)).finishPlan(change);

/** For each state, how a run reaches it. */
const STATES: Record<string, { attributes?: object; reach(runId: string): Promise<unknown> }> = {
  plan_queued: { reach: () => Promise.resolve() },
  planning: { reach: mustClaim },
  planned: { reach: plan },
  planned_and_finished: { reach: (runId) => plan(runId, { hasChanges: false }) },
  planned_and_saved: { attributes: { 'save-plan': true }, reach: plan },
  apply_queued: {
    reach: async (runId) => {
      await plan(runId);
      await asOwner(runId, 'apply');
    },
  },
  applying: {
    reach: async (runId) => {
      await plan(runId);
      await asOwner(runId, 'apply');
      await mustClaim(runId);
    },
  },
  applied: {
    reach: async (runId) => {
      await plan(runId);
      await asOwner(runId, 'apply');
      const step = await mustClaim(runId);
      await step.sendState(1);
      await step.finish({ outcome: 'succeeded' });
    },
  },
  discarded: {
    reach: async (runId) => {
      await plan(runId);
      await asOwner(runId, 'discard');
    },
  },
  canceled: { reach: async (runId) => await asOwner(runId, 'cancel') },
  errored: { reach: async (runId) => await (await mustClaim(runId)).finish({ outcome: 'errored' }) },
};

/** For each action, the states in which callers with its permission may do it (api-contract §3.4). */
const ALLOWED: Record<string, readonly string[]> = {
  apply: ['planned', 'planned_and_saved'],
  discard: ['planned', 'planned_and_saved'],
  cancel: ['plan_queued', 'planning', 'apply_queued', 'applying'],
  'force-cancel': [],
  'force-execute': [],
};

describe.each(Object.keys(STATES))('a run that is %s', (state) => {
  test.each(Object.keys(ALLOWED))('%s', async (action) => {
    const { attributes = {}, reach } = STATES[state] ?? { reach: () => Promise.reject(new Error(state)) };
    const runId = await createRun(server, await prepareWorkspace(), { ...attributes });
    await reach(runId);
    expect(await statusOf(server, runId)).toBe(state);
    const act = async (secret: string) =>
      (await server.call('POST', `/api/v2/runs/${runId}/actions/${action}`, undefined, secret)).status;
    for (const secret of [stranger, teams.read.secret, teams.plan.secret])
      expect(await act(secret)).toBe(404);
    expect(await statusOf(server, runId)).toBe(state);
    const answer = await act(teams.write.secret);
    if (action === 'force-cancel') expect(answer).toBe(404);
    else if (ALLOWED[action]?.includes(state) === true) expect(answer).toBe(202);
    else expect([403, 409]).toContain(answer);
    if (answer !== 202) expect(await statusOf(server, runId)).toBe(state);
  });
});
