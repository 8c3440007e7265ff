/**
 * Every route of an account × every kind of caller: exactly those with the permission that the route declares are let
 * through. Changes of requests that are let through are rolled back: the audit trail, which every change writes to in
 * its own transaction, refuses new entries while the routes are tried.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '@runwright/models';
import { wordsAskedFor } from '../../src/server/http/permission.ts';
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import { allEndpoints } from '../../src/server/server.ts';
import { hashSecret, newOpaqueToken } from '../../src/server/secrets/opaque-tokens.ts';
import {
  createOrganization,
  createRun,
  createWorkspace,
  readyWorkspace,
  uniqueName,
} from '../support/scenario.ts';
import { makeCheckScene, makeTaskResult, makeTaskToken } from '../support/check-scene.ts';
import { makeStore } from '../support/store-scene.ts';
import { makeRegistryRoutes, type RegistryRoutes } from '../support/registry-routes.ts';
import { mustClaim } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { isTried } from '../support/pairs.ts';
import { bodyFor } from '../support/route-bodies.ts';
import { isAllowed, nameOf, STANDINGS, type Standing } from '../support/standings.ts';

let server: TestServer;
/** The value of `:id` in the routes of each kind of resource. */
let ids: Record<string, string>;
let organization: string;
let workspaceName: string;
/** The value of `:variable`, for a workspace and for a set. */
let variables: Record<string, string>;
/** A team that everybody in the organization sees, since giving a team access requires seeing it. */
let openTeam: string;
let registry: RegistryRoutes;
const tokens = new Map<string, { secret: string; userId: string | null }>();
/** Memberships by the id of their user. */
const memberships = new Map<string, string>();

beforeAll(async () => {
  server = await startTestServer();
  await makeScene();
  for (const standing of STANDINGS) tokens.set(nameOf(standing), await takeStanding(standing));
  const members = await server.platform.db
    .selectFrom('organization_member')
    .select(['id', 'user_id'])
    .execute();
  for (const member of members) memberships.set(member.user_id, member.id);
  await server.platform.db.transaction().execute(async (tx) => {
    await sql`create function refuse_change() returns trigger language plpgsql as
      $$ begin raise exception 'nothing is changed while routes are tried'; end $$`.execute(tx);
    await sql`create trigger refuse_change before insert on audit_entry
      for each row execute function refuse_change()`.execute(tx);
  });
}, 120_000);
afterAll(async () => {
  // A refused change is answered 500 here, which no endpoint declares.
  expect(() => server.answers.check()).toThrow(/500: the status is not declared/);
  await server.close();
});

async function make(path: string, data: object): Promise<string> {
  const answer = await server.call('POST', path, { data });
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body.data.id;
}

async function makeScene(): Promise<void> {
  const ready = await readyWorkspace(server);
  const { workspaceId } = ready;
  ({ organization } = ready);
  const workspace = (await server.call('GET', `/api/v2/workspaces/${workspaceId}`)).body.data;
  workspaceName = String(workspace.attributes['name']);
  const projectId = workspace.relationships['project']?.data?.id ?? '';
  // This run is applied, so that there is a state and an errored state.
  const applied = await createRun(server, workspaceId, { 'auto-apply': true });
  await (await mustClaim(server)).finishPlan();
  const step = await mustClaim(server);
  await step.sendState(1);
  await step.finish({ outcome: 'succeeded', engineVersion: '1.11.4' });
  const run = (await server.call('GET', `/api/v2/runs/${applied}`)).body.data;
  const related = (name: string): string => run.relationships[name]?.data?.id ?? '';
  await server.platform.db
    .updateTable('run_phase')
    .set({ errored_state_sha256: step.inputs.configuration.sha256 })
    .where('id', '=', related('apply'))
    .execute();
  await server.platform.db
    .insertInto('phase_artifact')
    .values(
      ['plan', 'apply'].map((phase) => ({
        phase_id: related(phase),
        name: 'debug-log',
        sha256: step.inputs.configuration.sha256,
        size_bytes: 1,
      })),
    )
    .execute();
  const state = (await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`)).body
    .data;
  await server.platform.db
    .updateTable('run_phase')
    .set({ input_state_version_id: state.id })
    .where('id', '=', related('plan'))
    .execute();
  const outputs = await server.call('GET', `/api/v2/state-versions/${state.id}/outputs`);
  const events = await server.call('GET', `/api/v2/runs/${applied}/run-events`);
  const team = await make(`/api/v2/organizations/${organization}/teams`, {
    attributes: { name: 'secret-team' },
  });
  openTeam = await make(`/api/v2/organizations/${organization}/teams`, {
    attributes: { name: 'open-team', visibility: 'organization' },
  });
  const reference = (type: string, id: string) => ({ data: { type, id } });
  const to = { team: reference('teams', team) };
  await server.call('POST', `/api/v2/teams/${team}/authentication-token`);
  await server.call('POST', `/api/v2/organizations/${organization}/authentication-token`);
  const token = await server.call('GET', `/api/v2/organizations/${organization}/authentication-token`);
  await server.addUser('bystander', [organization], { as: 'member' });
  const members = await server.call(
    'GET',
    `/api/v2/organizations/${organization}/organization-memberships?q=bystander`,
  );
  const variable = { attributes: { key: 'x', value: 'v', category: 'env' } };
  const varset = await make(`/api/v2/organizations/${organization}/varsets`, { attributes: { name: 'set' } });
  const projectSet = await make(`/api/v2/organizations/${organization}/varsets`, {
    attributes: { name: "a project's" },
    relationships: { parent: reference('projects', projectId) },
  });
  variables = {
    workspaces: await make(`/api/v2/workspaces/${workspaceId}/vars`, variable),
    varsets: await make(`/api/v2/varsets/${varset}/relationships/vars`, variable),
    'varsets of projects': await make(`/api/v2/varsets/${projectSet}/relationships/vars`, variable),
  };
  const otherWorkspace = await createWorkspace(server, organization);
  await server.call('POST', `/api/v2/workspaces/${workspaceId}/relationships/tags`, {
    data: [{ type: 'tags', attributes: { name: 'a-tag' } }],
  });
  const tags = await server.call('GET', `/api/v2/workspaces/${workspaceId}/relationships/tags`);
  registry = await makeRegistryRoutes(server, organization, { isPublished: true });
  ids = {
    ...registry.ids,
    vars: variables['workspaces'] ?? '',
    varsets: varset,
    'varsets of projects': projectSet,
    tags: tags.body.data[0]?.id ?? '',
    'ssh-keys': await make(`/api/v2/organizations/${organization}/ssh-keys`, {
      attributes: { name: 'key', value: 'a key' },
    }),
    ...(await makePool()),
    'run-triggers': await make(`/api/v2/workspaces/${workspaceId}/run-triggers`, {
      relationships: { sourceable: reference('workspaces', otherWorkspace) },
    }),
    workspaces: workspaceId,
    projects: projectId,
    runs: applied,
    plans: related('plan'),
    applies: related('apply'),
    'configuration-versions': related('configuration-version'),
    'run-events': events.body.data[0]?.id ?? '',
    comments: await make(`/api/v2/runs/${applied}/comments`, { attributes: { body: 'hello' } }),
    'state-versions': state.id,
    'state-version-outputs': outputs.body.data[0]?.id ?? '',
    teams: team,
    'team-workspaces': await make('/api/v2/team-workspaces', {
      attributes: { access: 'read' },
      relationships: { ...to, workspace: reference('workspaces', workspaceId) },
    }),
    'team-projects': await make('/api/v2/team-projects', {
      attributes: { access: 'read' },
      relationships: { ...to, project: reference('projects', projectId) },
    }),
    'authentication-tokens': token.body.data.id,
    'organization-memberships': members.body.data[0]?.id ?? '',
    ...(await makeNotifications(workspaceId, projectId, team)),
    ...(await makeCheckScene(server, organization, applied)),
  };
}

async function makeNotifications(workspaceId: string, projectId: string, teamId: string) {
  const of = async (owner: string): Promise<string> =>
    await make(`/api/v2/${owner}/notification-configurations`, {
      attributes: { name: 'told', 'destination-type': 'generic', url: 'https://example.com', enabled: false },
    });
  return {
    'notification-configurations': await of(`workspaces/${workspaceId}`),
    'notification-configurations of projects': await of(`projects/${projectId}`),
    'notification-configurations of teams': await of(`teams/${teamId}`),
  };
}

/** A pool, one of its agents, which has exited, and its store of providers; and a store of the server's own runners. */
async function makePool(): Promise<Record<string, string>> {
  const poolId = await make(`/api/v2/organizations/${organization}/agent-pools`, {
    attributes: { name: 'pool' },
  });
  const id = newId('agent');
  await server.platform.db
    .insertInto('agent')
    .values({
      id,
      agent_pool_id: poolId,
      name: 'a',
      identity: 'a',
      ip_address: '::1',
      last_ping_at: new Date(0),
    })
    .execute();
  const own = await makeStore(server.platform, null);
  return {
    ...{ 'agent-pools': poolId, agents: id },
    ...(await makeStore(server.platform, poolId)),
    'provider-stores of the server': own['provider-stores'],
    'provider-store-orders of the server': own['provider-store-orders'],
  };
}

async function takeStanding(standing: Standing): Promise<{ secret: string; userId: string | null }> {
  const { db } = server.platform;
  const secret = newOpaqueToken();
  const { id: organizationId } = await db
    .selectFrom('organization')
    .select('id')
    .where('name', '=', organization)
    .executeTakeFirstOrThrow();
  const insertToken = async (owner: object, kind: 'organization' | 'audit' | 'team' | 'run') => {
    await db
      .insertInto('token')
      .values({ id: newId('at'), secret_hash: hashSecret(secret), kind, ...owner })
      .execute();
    return { secret, userId: null };
  };
  switch (standing.kind) {
    case 'site-admin':
      return { secret: ADMIN_TOKEN, userId: await userIdOf(ADMIN_TOKEN) };
    case 'agent-token':
      return { secret: AGENT_TOKEN, userId: null };
    case 'organization-token': {
      const made = await server.call('POST', `/api/v2/organizations/${organization}/authentication-token`);
      ids['authentication-tokens'] = made.body.data.id;
      return { secret: String(made.body.data.attributes['token']), userId: null };
    }
    case 'audit-token':
      return await insertToken({ organization_id: organizationId, is_single: true }, 'audit');
    case 'run-token': {
      const runId = await createRun(server, ids['workspaces'] ?? '');
      return await insertToken({ run_id: runId }, 'run');
    }
    case 'task-token': {
      const { result } = await makeTaskResult(server, await createRun(server, ids['workspaces'] ?? ''));
      return { secret: await makeTaskToken(server.platform, result), userId: null };
    }
    case 'stranger': {
      const token = await server.addUser('stranger', [await createOrganization(server)]);
      return { secret: token, userId: await userIdOf(token) };
    }
    case 'owner':
    case 'member': {
      const token = await server.addUser(standing.kind, [organization], { as: standing.kind });
      return { secret: token, userId: await userIdOf(token) };
    }
    case 'workspace-level':
    case 'team-token':
    case 'project-level':
    case 'organization-access': {
      const team = await makeTeam(standing);
      if (standing.kind === 'team-token') {
        const made = await server.call('POST', `/api/v2/teams/${team}/authentication-token`);
        return { secret: String(made.body.data.attributes['token']), userId: null };
      }
      const username = uniqueName('user');
      const token = await server.addUser(username, [organization], { as: 'member' });
      await server.call('POST', `/api/v2/teams/${team}/relationships/users`, { data: [{ id: username }] });
      return { secret: token, userId: await userIdOf(token) };
    }
  }
}

async function userIdOf(token: string): Promise<string> {
  return (await server.call('GET', '/api/v2/account/details', undefined, token)).body.data.id;
}

async function makeTeam(standing: Standing): Promise<string> {
  const flags = 'flag' in standing ? { 'organization-access': { [standing.flag]: true } } : {};
  const team = await make(`/api/v2/organizations/${organization}/teams`, {
    attributes: { name: nameOf(standing), ...flags },
  });
  if (!('level' in standing)) return team;
  const on = standing.kind === 'project-level' ? 'project' : 'workspace';
  await make(`/api/v2/team-${on}s`, {
    attributes: { access: standing.level },
    relationships: {
      team: { data: { type: 'teams', id: team } },
      [on]: { data: { type: `${on}s`, id: ids[`${on}s`] } },
    },
  });
  return team;
}

/** A caller who sees a workspace but may not move it is answered 403 (api-contract §1.2). */
const FORBIDDEN = 'POST /api/v2/projects/:id/relationships/workspaces';
/** Whether an endpoint answers 404 to every caller. */
const isNeverThere = ({ answers }: Pick<Endpoint, 'answers'>): boolean =>
  Object.keys(answers).every((status) => status === '404');

const QUERIES: Record<string, () => string> = {
  'GET /api/v2/team-workspaces': () => `?filter[workspace][id]=${ids['workspaces']}`,
  'GET /api/v2/runs': () => `?workspace_id=${ids['workspaces']}`,
  'GET /api/v2/team-projects': () => `?filter[project][id]=${ids['projects']}`,
  'GET /api/v2/organization/audit-trail': () => `?organization=${organization}`,
  'GET /api/v2/workspaces/:id/run-triggers': () => '?filter[run-trigger][type]=inbound',
  'GET /api/v2/vars': () =>
    `?filter[workspace][name]=${workspaceName}&filter[organization][name]=${organization}`,
  'GET /api/v2/state-versions': () =>
    `?filter[workspace][name]=${workspaceName}&filter[organization][name]=${organization}`,
};

/** The id of a variable. One of a set is also used for a set as a workspace gets it. */
const variableFor = (url: string, kind: string, owned: string): string =>
  (url.startsWith('/api/v2/policy-sets/')
    ? ids['policy-set-parameters']
    : url.includes('/:varset/')
      ? variables['varsets']
      : (variables[owned] ?? variables[kind])) ?? '';

function addressFor(method: string, url: string, userId: string | null, owner: string | null): string {
  const kind = /^\/api\/v2\/(?:admin\/)?([^/]+)\/:id/.exec(url)?.[1] ?? '';
  const owned = `${kind} of ${owner}`;
  const own = url === '/api/v2/users/:id/authentication-tokens' ? userId : null;
  const ownMembership = url.endsWith('/actions/accept') ? memberships.get(userId ?? '') : undefined;
  const id =
    kind === 'users' ? (own ?? tokens.get('owner')?.userId) : (ownMembership ?? ids[owned] ?? ids[kind]);
  const path = registry
    .address(url, method === 'GET')
    .replace(':organization', organization)
    .replace(/:name\b/, workspaceName)
    .replace(':id', id ?? 'none')
    .replace(':varset', ids['varsets'] ?? '')
    .replace(':task', ids['workspace-tasks'] ?? '')
    .replace(':variable', variableFor(url, kind, owned));
  return path + (QUERIES[`${method} ${url}`]?.() ?? '');
}

/** A read that a token may do for its own run, whose configuration is the one of the scene. */
const OF_ITS_RUN: Partial<Record<Standing['kind'], string>> = {
  'task-token': 'GET /api/v2/configuration-versions/:id/download',
};

const accountEndpoints = () => allEndpoints(server.platform).filter(({ access }) => access === 'account');

async function isLetThrough(
  standing: Standing,
  method: string,
  url: string,
  owner: string | null,
): Promise<boolean> {
  const caller = tokens.get(nameOf(standing));
  if (caller === undefined) throw new Error(`nobody is ${nameOf(standing)}`);
  const body = bodyFor(method, url, owner, { ids, openTeam });
  const { status } = await fetch(`${server.url}${addressFor(method, url, caller.userId, owner)}`, {
    method,
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${caller.secret}`,
      ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return status !== 404 && !(status === 403 && `${method} ${url}` === FORBIDDEN);
}

test('every route of an account declares a permission', () => {
  for (const { method, url, permission } of accountEndpoints()) {
    expect([method, url, wordsAskedFor(permission ?? {}).length]).not.toEqual([method, url, 0]);
  }
});

describe('exactly the callers with the permission that a route declares are let through', () => {
  test.each(STANDINGS.map((standing, row) => [nameOf(standing), standing, row] as const))(
    '%s',
    async (_name, standing, row) => {
      const wrong: string[] = [];
      for (const [column, endpoint] of accountEndpoints().entries()) {
        const { method, url, permission } = endpoint;
        if (permission === undefined || isNeverThere(endpoint) || !isTried(row, column)) continue;
        for (const [owner, word] of wordsAskedFor(permission)) {
          const allowed = isAllowed(standing, word) || OF_ITS_RUN[standing.kind] === `${method} ${url}`;
          if ((await isLetThrough(standing, method, url, owner)) === allowed) continue;
          const route = `${method} ${url}${owner === null ? '' : ` of ${owner}`}`;
          wrong.push(`${route} (${word}): ${allowed ? 'is kept out' : 'is let through'}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});
