/**
 * Every way to an apply × every kind of caller: an apply begins without a confirmation exactly where the caller may
 * apply. A run that its caller may not apply waits for somebody who may.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOORS, type Door, type Visitor } from '../support/doors.ts';
import { isTried } from '../support/pairs.ts';
import { createOrganization, statusOf, uniqueName, uploadConfiguration } from '../support/scenario.ts';
import { claimStepOf } from '../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const CUSTOM = { variables: 'none', 'state-versions': 'none' };
/** The callers, and whether each may plan and apply. */
const VISITORS = [
  { name: 'a member without a team', on: null, plan: false, apply: false },
  { name: 'workspace read', on: 'workspace', grant: { access: 'read' }, plan: false, apply: false },
  { name: 'workspace plan', on: 'workspace', grant: { access: 'plan' }, plan: true, apply: false },
  { name: 'workspace write', on: 'workspace', grant: { access: 'write' }, plan: true, apply: true },
  { name: 'workspace admin', on: 'workspace', grant: { access: 'admin' }, plan: true, apply: true },
  {
    name: 'workspace custom that plans',
    on: 'workspace',
    grant: { access: 'custom', runs: 'plan', ...CUSTOM },
    plan: true,
    apply: false,
  },
  {
    name: 'workspace custom that applies',
    on: 'workspace',
    grant: { access: 'custom', runs: 'apply', ...CUSTOM },
    plan: true,
    apply: true,
  },
  { name: 'project read', on: 'project', grant: { access: 'read' }, plan: false, apply: false },
  { name: 'project write', on: 'project', grant: { access: 'write' }, plan: true, apply: true },
  { name: 'project maintain', on: 'project', grant: { access: 'maintain' }, plan: true, apply: true },
  {
    name: 'project custom that plans',
    on: 'project',
    grant: { access: 'custom', 'workspace-access': { runs: 'plan' } },
    plan: true,
    apply: false,
  },
  { name: "a team's token, plan", on: 'token', grant: { access: 'plan' }, plan: true, apply: false },
  { name: "a team's token, write", on: 'token', grant: { access: 'write' }, plan: true, apply: true },
  { name: "an organization's token", on: 'organization', plan: false, apply: false },
] as const;
type Somebody = (typeof VISITORS)[number];

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

async function make(path: string, data: object): Promise<string> {
  const answer = await server.call('POST', `/api/v2/${path}`, { data });
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body.data.id;
}

const reference = (type: string, id: string) => ({ data: { type, id } });

/** A caller with this access to the workspace alone, or to its whole project. Resolves to the token. */
async function invite(somebody: Somebody, workspaceId: string, projectId: string): Promise<string> {
  if (somebody.on === 'organization') {
    const path = `/api/v2/organizations/${organization}/authentication-token`;
    return String((await server.call('POST', path)).body.data.attributes['token']);
  }
  const username = uniqueName('visitor');
  const secret = await server.addUser(username, [organization], { as: 'member' });
  if (somebody.on === null) return secret;
  const team = await make(`organizations/${organization}/teams`, {
    attributes: { name: uniqueName('team') },
  });
  const [kind, id] = somebody.on === 'project' ? ['project', projectId] : ['workspace', workspaceId];
  await make(`team-${kind}s`, {
    attributes: somebody.grant,
    relationships: { team: reference('teams', team), [kind]: reference(`${kind}s`, id) },
  });
  if (somebody.on === 'token') {
    return String(
      (await server.call('POST', `/api/v2/teams/${team}/authentication-token`)).body.data.attributes['token'],
    );
  }
  await server.call('POST', `/api/v2/teams/${team}/relationships/users`, { data: [{ id: username }] });
  return secret;
}

async function prepare(door: Door, somebody: Somebody): Promise<Visitor> {
  const project = await make(`organizations/${organization}/projects`, {
    attributes: { name: uniqueName('project') },
  });
  const workspaceId = await make(`organizations/${organization}/workspaces`, {
    attributes: { name: uniqueName('ws'), ...door.settings },
    relationships: { project: reference('projects', project) },
  });
  await uploadConfiguration(server, workspaceId);
  return { server, organization, workspaceId, secret: await invite(somebody, workspaceId, project) };
}

async function goThrough(door: Door, visitor: Visitor): Promise<string> {
  const runId = await door.enter(visitor);
  if (runId === undefined) return 'refused';
  const step = await claimStepOf(server, runId);
  // The run waits behind another one.
  if (step === undefined) return await statusOf(server, runId);
  await step.finishPlan({ hasChanges: door.hasChanges ?? true });
  await door.follow?.(visitor, runId);
  const status = await statusOf(server, runId);
  // The next run of this table must find only its own step.
  await server.call('DELETE', `/api/v2/workspaces/${visitor.workspaceId}`);
  return status;
}

describe.each(DOORS.map((door, row) => [door.name, door, row] as const))('%s', (_door, door, row) => {
  const visitors = VISITORS.filter((_somebody, column) => isTried(row, column));
  test.each(visitors.map((somebody) => [somebody.name, somebody] as const))('%s', async (_name, somebody) => {
    const ended = await goThrough(door, await prepare(door, somebody));
    if (somebody.apply) expect(ended).toBe('apply_queued');
    else if (!somebody.plan || door.mayRefuse === true) expect(ended).toBe('refused');
    else expect(['planned', 'planned_and_saved', 'pending']).toContain(ended);
  });
});
