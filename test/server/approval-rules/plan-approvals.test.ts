import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  statusOf,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claimStepOf, type HeldStep } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let workspaceId: string;
let teamId: string;
/** `ann` and `bob` are in the team of the rule; `carl` may apply but is in no team of a rule. */
let ann: string;
let bob: string;
let carl: string;
const names: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  organization = await createOrganization(server);
  workspaceId = await createWorkspace(server, organization);
  await uploadConfiguration(server, workspaceId);
  const team = await addTeam(2);
  teamId = team.id;
  [ann = '', bob = ''] = team.secrets;
  [carl = ''] = (await addTeam(1)).secrets;
  await set({ 'approval-rules': [{ 'team-id': teamId, approvals: 2 }] });
});

/** Adds a team that may apply, with new members. Resolves to its id and their tokens. */
async function addTeam(members: number): Promise<{ id: string; secrets: string[] }> {
  const teams = `/api/v2/organizations/${organization}/teams`;
  const name = uniqueName('team');
  const team = await server.call('POST', teams, { data: { type: 'teams', attributes: { name } } });
  const { id } = team.body.data;
  await server.call('POST', '/api/v2/team-workspaces', {
    data: {
      attributes: { access: 'write' },
      relationships: {
        team: { data: { type: 'teams', id } },
        workspace: { data: { type: 'workspaces', id: workspaceId } },
      },
    },
  });
  const secrets: string[] = [];
  for (let index = 0; index < members; index++) {
    const username = uniqueName('approver');
    const secret = await server.addUser(username, [organization], { as: 'member' });
    await setMember(id, username, true);
    names[secret] = username;
    secrets.push(secret);
  }
  return { id, secrets };
}

async function setMember(team: string, username: string, isMember: boolean): Promise<void> {
  const path = `/api/v2/teams/${team}/relationships/users`;
  await server.call(isMember ? 'POST' : 'DELETE', path, { data: [{ type: 'users', id: username }] });
}

const set = async (attributes: object) => {
  const answer = await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
    data: { type: 'workspaces', attributes },
  });
  if (answer.status !== 200) throw new Error(answer.text);
};
const act = async (runId: string, action: string, secret?: string) =>
  await server.call('POST', `/api/v2/runs/${runId}/actions/${action}`, {}, secret);

async function mustClaim(runId: string): Promise<HeldStep> {
  const step = await claimStepOf(server, runId);
  if (step === undefined) throw new Error(`${runId} has no step`);
  return step;
}

async function planned(attributes: Record<string, unknown> = {}): Promise<string> {
  const runId = await createRun(server, workspaceId, attributes);
  await (await mustClaim(runId)).finishPlan();
  return runId;
}

const writeVariable = async () => {
  const path = `/api/v2/workspaces/${workspaceId}/vars`;
  const attributes = { key: uniqueName('key'), value: 'x', category: 'env' };
  expect((await server.call('POST', path, { data: { type: 'vars', attributes } })).status).toBe(201);
};

const waits = async (runId: string) => {
  const answer = await server.call('GET', `/api/v2/runs/${runId}/wait-reasons`);
  return (answer.body.data as unknown as { attributes: { kind: string; message: string } }[])[0]?.attributes;
};

const freeze = {
  kind: 'freeze',
  name: 'now',
  'time-zone': 'UTC',
  'starts-at': '2000-01-01T00:00',
  'ends-at': '2999-01-01T00:00',
};

test('a run can be applied once enough members of the team have approved, and its author cannot approve', async () => {
  const runId = await planned();
  const lonely = await act(runId, 'apply');
  expect([lonely.status, lonely.body.errors?.[0]?.detail]).toEqual([
    409,
    expect.stringMatching(/^It waits for approvals: 0 of 2 of the team team-.*\. Nothing was applied\.$/),
  ]);
  expect((await act(runId, 'approve')).status).toBe(403);
  expect((await act(runId, 'approve', carl)).status).toBe(403);
  expect((await act(runId, 'approve', ann)).status).toBe(202);
  expect((await act(runId, 'approve', ann)).status).toBe(202);
  expect((await act(runId, 'apply')).status).toBe(409);
  expect((await act(runId, 'apply', ann)).status).toBe(409);
  expect(await waits(runId)).toMatchObject({ kind: 'approvals', message: expect.stringContaining('1 of 2') });
  expect((await act(runId, 'approve', bob)).status).toBe(202);
  expect(await waits(runId)).toMatchObject({ kind: 'confirmation' });
  expect((await act(runId, 'apply')).status).toBe(202);
  expect((await mustClaim(runId)).phase).toBe('apply');
  expect((await act(runId, 'approve', bob)).status).toBe(409);
});

test('a confirmation by a required approver also counts as an approval', async () => {
  const runId = await planned();
  await act(runId, 'approve', ann);
  expect((await act(runId, 'apply', bob)).status).toBe(202);
  expect((await mustClaim(runId)).phase).toBe('apply');
});

test('two confirmations at the same time apply the run once', async () => {
  const runId = await planned();
  await act(runId, 'approve', ann);
  const answers = await Promise.all([
    act(runId, 'apply', bob),
    act(runId, 'apply', bob),
    act(runId, 'approve', bob),
  ]);
  expect(answers.map(({ status }) => status).filter((status) => status === 202).length).toBeGreaterThan(0);
  expect(answers.slice(0, 2).filter(({ status }) => status === 202)).toHaveLength(1);
});

test.each([
  ['a variable is written', async () => await writeVariable()],
  ['an approver leaves the team', async () => await setMember(teamId, names[ann] ?? '', false)],
])('approvals are void when %s, before the confirmation and after it', async (_what, change) => {
  const early = await planned();
  await act(early, 'approve', ann);
  await act(early, 'approve', bob);
  await change();
  expect((await act(early, 'apply')).status).toBe(409);
  expect(await statusOf(server, early)).toBe('planned');
  await setMember(teamId, names[ann] ?? '', true);
  await act(early, 'approve', ann);
  await act(early, 'approve', bob);
  expect((await act(early, 'apply')).status).toBe(202);
  await change();
  expect(await claimStepOf(server, early)).toBeUndefined();
  const { attributes } = (await server.call('GET', `/api/v2/runs/${early}`)).body.data;
  expect(attributes['status']).toBe('errored');
});

test.each([
  ['auto-apply', { 'auto-apply': true }],
  ['an empty apply', { 'allow-empty-apply': true }],
])('%s waits for approvals and can then be applied', async (_what, attributes) => {
  const runId = await createRun(server, workspaceId, attributes);
  await (await mustClaim(runId)).finishPlan({ hasChanges: !('allow-empty-apply' in attributes) });
  expect(await statusOf(server, runId)).toBe('planned');
  await act(runId, 'approve', ann);
  await act(runId, 'approve', bob);
  expect((await act(runId, 'apply')).status).toBe(202);
});

test('a saved plan waits for approvals; a plan-only run needs none', async () => {
  const saved = await planned({ 'save-plan': true });
  expect((await act(saved, 'apply')).status).toBe(409);
  await act(saved, 'approve', ann);
  await act(saved, 'approve', bob);
  expect((await act(saved, 'apply')).status).toBe(202);
  const speculative = await planned({ 'plan-only': true });
  expect(await statusOf(server, speculative)).toBe('planned_and_finished');
  expect((await act(speculative, 'approve', ann)).status).toBe(409);
});

test('a freeze blocks a confirmation and an apply that has not started', async () => {
  await set({ 'approval-rules': [], 'change-windows': [freeze] });
  const runId = await planned({ 'auto-apply': true });
  expect(await statusOf(server, runId)).toBe('planned');
  expect((await act(runId, 'apply')).body.errors?.[0]?.detail).toMatch(
    /the freeze "now" lets nothing be applied until 2999/,
  );
  expect(await waits(runId)).toMatchObject({ kind: 'change-window', until: '2999-01-01T00:00:00.000Z' });
  await set({ 'change-windows': [] });
  expect((await act(runId, 'apply')).status).toBe(202);
  await set({ 'change-windows': [freeze] });
  expect(await claimStepOf(server, runId)).toBeUndefined();
  expect(await statusOf(server, runId)).toBe('errored');
});

test('a rule without a team can be met by all who may apply; a rule of a deleted team is dropped', async () => {
  await set({ 'approval-rules': [{ 'team-id': null, approvals: 1 }] });
  const runId = await planned();
  expect((await act(runId, 'apply')).status).toBe(409);
  expect((await act(runId, 'apply', carl)).status).toBe(202);
  const rules = (id: string) => ({ 'approval-rules': [{ 'team-id': id, approvals: 1 }] });
  const unknown = await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
    data: { attributes: rules('team-gone') },
  });
  expect([unknown.status, unknown.text]).toEqual([
    422,
    expect.stringContaining('team-gone\\" is not a team of the organization'),
  ]);
  await set(rules(teamId));
  expect((await server.call('DELETE', `/api/v2/teams/${teamId}`)).status).toBe(204);
  await set(rules(teamId));
  expect(await claimStepOf(server, runId)).toBeUndefined();
  expect(await statusOf(server, runId)).toBe('errored');
});

test('no run is applied with missing or void approvals, in any order of events', async () => {
  const events = [
    'ann',
    'bob',
    'variable',
    'leave',
    'join',
    'apply',
    'apply by bob',
    'freeze',
    'thaw',
    'claim',
  ] as const;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...events), { minLength: 4, maxLength: 14 }), async (order) => {
      await set({ 'change-windows': [] });
      await setMember(teamId, names[ann] ?? '', true);
      const runId = await planned();
      const approved = new Set<string>();
      let isMember = true;
      let isFrozen = false;
      const isApproved = () => approved.has('bob') && approved.has('ann') && isMember && !isFrozen;
      for (const event of order) {
        if (event === 'ann' && (await act(runId, 'approve', ann)).status === 202) approved.add('ann');
        if (event === 'bob' && (await act(runId, 'approve', bob)).status === 202) approved.add('bob');
        if (event === 'variable') {
          await writeVariable();
          approved.clear();
        }
        if (event === 'leave' || event === 'join') {
          isMember = event === 'join';
          await setMember(teamId, names[ann] ?? '', isMember);
        }
        if (event === 'freeze' || event === 'thaw') {
          isFrozen = event === 'freeze';
          await set({ 'change-windows': isFrozen ? [freeze] : [] });
        }
        if (event === 'apply' && (await act(runId, 'apply')).status === 202) expect(isApproved()).toBe(true);
        if (event === 'apply by bob' && (await act(runId, 'apply', bob)).status === 202) {
          approved.add('bob');
          expect(isApproved()).toBe(true);
        }
        if (event === 'claim') {
          const step = await claimStepOf(server, runId);
          if (step === undefined) continue;
          expect([step.phase, isApproved()]).toEqual(['apply', true]);
          await step.finish({ outcome: 'succeeded' });
        }
      }
      const step = await claimStepOf(server, runId);
      if (step !== undefined) {
        expect([step.phase, isApproved()]).toEqual(['apply', true]);
        await step.finish({ outcome: 'errored' });
      } else if ((await statusOf(server, runId)) === 'planned') await act(runId, 'discard');
    }),
    {
      numRuns: 8,
      examples: [
        [['ann', 'bob', 'apply', 'variable', 'claim']],
        [['ann', 'bob', 'apply', 'leave', 'claim']],
        [['ann', 'bob', 'apply', 'claim']],
      ],
    },
  );
});

test('readers of a run see its approvals, which ones are missing, and why one is void', async () => {
  const runId = await planned();
  const standing = async (secret?: string) =>
    (await server.call('GET', `/api/v2/runs/${runId}/approvals`, undefined, secret)).body.data.attributes;
  const voids = async () =>
    ((await standing())['approvals'] as { username: string; void: unknown }[]).map((each) => [
      each.username,
      each.void,
    ]);
  expect(await standing()).toMatchObject({
    rules: [{ given: 0, required: 2 }],
    approvals: [],
    closed: null,
    'is-caller-asked': false,
  });
  expect([await standing(ann), await standing(carl)]).toMatchObject([
    { 'is-caller-asked': true },
    { 'is-caller-asked': false },
  ]);
  await act(runId, 'approve', ann);
  await act(runId, 'approve', bob);
  expect(await standing()).toMatchObject({ rules: [{ given: 2, required: 2 }] });
  expect(await standing(ann)).toMatchObject({ 'is-caller-asked': false });
  expect(await voids()).toEqual([
    [names[ann], null],
    [names[bob], null],
  ]);
  await setMember(teamId, names[bob] ?? '', false);
  await set({ 'change-windows': [freeze] });
  expect(await standing()).toMatchObject({
    rules: [{ given: 1, required: 2 }],
    closed: { kind: 'freeze', name: 'now' },
  });
  expect(await voids()).toEqual([
    [names[ann], null],
    [names[bob], 'not-asked'],
  ]);
  await writeVariable();
  expect(await voids()).toEqual([
    [names[ann], 'changed'],
    [names[bob], 'changed'],
  ]);
});
