import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  readyWorkspace,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let workspaceId: string;
let runId: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ workspaceId } = await readyWorkspace(server, { 'auto-apply': true }));
  runId = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const apply = await mustClaim(server);
  await apply.sendState(1);
  await apply.finish({ outcome: 'succeeded' });
  await server.call('POST', `/api/v2/runs/${runId}/comments`, {
    data: { attributes: { body: 'well done' } },
  });
});
afterAll(async () => await server.close());

const INCLUDES = [
  ['plan', ['plans']],
  ['apply', ['applies']],
  ['created_by', ['users']],
  ['confirmed_by', ['users']],
  ['created_by,confirmed_by', ['users']],
  ['workspace', ['workspaces']],
  ['workspace.organization', ['workspaces', 'organizations']],
  ['configuration_version', ['configuration-versions']],
  ['configuration_version.ingress_attributes', ['configuration-versions']],
  ['cost_estimate', []],
  ['policy_checks', []],
  ['task_stages', []],
  ['task-stages', []],
  ['tf_policy_evaluations', []],
] as const;

describe('include of a run', () => {
  test.each(INCLUDES)('%s', async (include, types) => {
    const { status, body } = await server.call('GET', `/api/v2/runs/${runId}?include=${include}`);
    expect(status).toBe(200);
    expect((body.included ?? []).map(({ type }) => type).sort()).toEqual([...types].sort());
  });

  test('run_events', async () => {
    const { body } = await server.call('GET', `/api/v2/runs/${runId}?include=run_events`);
    const related = body.data.relationships['run-events']?.data as unknown as { id: string }[];
    expect(body.included?.map(({ id }) => id)).toEqual(related.map(({ id }) => id));
    expect(related.length).toBeGreaterThan(5);
  });

  test('has each resource once in a list', async () => {
    await createRun(server, workspaceId, { 'plan-only': true });
    await (await mustClaim(server)).finishPlan();
    const { body } = await server.call(
      'GET',
      `/api/v2/workspaces/${workspaceId}/runs?filter[operation]=plan,apply&include=workspace,created_by`,
    );
    expect(body.data).toHaveLength(2);
    expect(body.included?.map(({ type }) => type).sort()).toEqual(['users', 'workspaces']);
  });

  test.each(['nonsense', 'plan,nonsense', 'plan.nonsense'])(
    '%s is refused without a detail, since terraform looks for what ends in the title',
    async (name) => {
      for (const path of [`runs/${runId}`, `workspaces/${workspaceId}/runs`, `runs/${runId}/run-events`]) {
        const { status, body } = await server.call('GET', `/api/v2/${path}?include=${name}`);
        expect([status, body]).toEqual([
          400,
          {
            errors: [
              {
                status: '400',
                code: 'invalid_include',
                title: 'Invalid include parameter',
                meta: { known: expect.any(Array) },
                source: { parameter: 'include' },
              },
            ],
          },
        ]);
      }
    },
  );
});

describe('a run, its plan and its apply', () => {
  test('read the same each time', async () => {
    const include = 'plan,apply,workspace,created_by,configuration_version,run_events';
    for (const path of [`runs/${runId}?include=${include}`, `runs/${runId}/plan`, `runs/${runId}/apply`]) {
      const [one, other] = [
        await server.call('GET', `/api/v2/${path}`),
        await server.call('GET', `/api/v2/${path}`),
      ];
      expect(one.body).toEqual(other.body);
    }
  });

  test('name the agent that executed them', async () => {
    const { body } = await server.call('GET', `/api/v2/runs/${runId}/apply`);
    expect(body.data.attributes['execution-details']).toEqual({
      mode: 'remote',
      'agent-id': null,
      'agent-name': 'scripted',
      'agent-pool-id': null,
      'agent-pool-name': null,
    });
    const waiting = await createRun(server, workspaceId, { 'plan-only': true });
    const plan = await server.call('GET', `/api/v2/runs/${waiting}/plan`);
    expect(plan.body.data.attributes['execution-details']).toBeNull();
    expect(plan.body.data.relationships).toMatchObject({
      exports: { data: [] },
      'state-versions': { data: [] },
    });
    await (await mustClaim(server)).finishPlan();
  });

  test.each(['policy-checks', 'task-stages', 'tf-policy-evaluations'])('have no %s', async (path) => {
    const { status, body } = await server.call('GET', `/api/v2/runs/${runId}/${path}`);
    expect([status, body.data, body.meta?.pagination['total-count']]).toEqual([200, [], 0]);
    expect((await server.call('GET', `/api/v2/runs/nonexisting/${path}`)).status).toBe(404);
  });
});

test('a run can read the state that its plan was made from; a plan without one has none', async () => {
  expect((await server.call('GET', `/api/v2/runs/${runId}/input-state-version`)).status).toBe(404);
  const later = await createRun(server, workspaceId, { 'plan-only': true });
  await (await mustClaim(server)).finishPlan();
  const { body: run } = await server.call('GET', `/api/v2/runs/${later}`);
  const input = run.data.relationships['input-state-version'] as unknown as {
    data: { id: string };
    links: { related: string };
  };
  const { status, body } = await server.call('GET', input.links.related);
  expect([status, body.data.id, body.data.type]).toEqual([200, input.data.id, 'state-versions']);
  const stranger = await server.addUser('stranger-to-states', []);
  expect((await server.call('GET', input.links.related, undefined, stranger)).status).toBe(404);
});

describe('events and comments', () => {
  test('belong together, and are included on request', async () => {
    const events = await server.call('GET', `/api/v2/runs/${runId}/run-events?include=actor,comment`);
    const commented = events.body.data.at(-1);
    expect(commented?.attributes).toMatchObject({ action: 'commented', description: '' });
    expect(events.body.included?.map(({ type }) => type)).toEqual(['users', 'comments']);
    const comments = await server.call('GET', `/api/v2/runs/${runId}/comments`);
    expect(comments.body.data[0]).toMatchObject({
      attributes: { body: 'well done' },
      relationships: {
        'run-event': {
          data: { id: commented?.id, type: 'run-events' },
          links: { related: `/api/v2/run-events/${commented?.id}` },
        },
      },
    });
    const one = await server.call('GET', `/api/v2/run-events/${commented?.id}?include=comment`);
    expect(one.body.included?.map(({ id }) => id)).toEqual([comments.body.data[0]?.id]);
    const plain = await server.call('GET', `/api/v2/run-events/${commented?.id}`);
    expect(plain.body.included).toBeUndefined();
    expect(plain.body.data.relationships).toMatchObject({
      actor: { data: { type: 'users' } },
      comment: { data: { id: comments.body.data[0]?.id } },
    });
  });

  test('must have a text', async () => {
    for (const attributes of [{ body: '' }, {}]) {
      const answer = await server.call('POST', `/api/v2/runs/${runId}/comments`, { data: { attributes } });
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.[0]?.source?.pointer).toBe('/data/attributes/body');
    }
  });
});

describe('the runs of an organization', () => {
  test('include those of all its workspaces, filtered by names, time and run attributes, without totals', async () => {
    const { organization, workspaceId: first } = await readyWorkspace(server);
    const { body: workspace } = await server.call('GET', `/api/v2/workspaces/${first}`);
    const name = String(workspace.data.attributes['name']);
    await server.call('POST', `/api/v2/organizations/${organization}/workspaces`, {
      data: { type: 'workspaces', attributes: { name: 'another-one' } },
    });
    const { db } = server.platform;
    const runs = [await createRun(server, first), await createRun(server, first, { 'plan-only': true })];
    const list = async (query: string) => {
      const { body } = await server.call('GET', `/api/v2/organizations/${organization}/runs?${query}`);
      return body.data.map(({ id }) => id);
    };
    expect(await list('')).toEqual([runs[1], runs[0]]);
    expect(await list(`filter[workspace_names]=${name}`)).toEqual([runs[1], runs[0]]);
    expect(await list('filter[workspace_names]=another-one,unknown')).toEqual([]);
    expect(await list('filter[operation]=plan_only')).toEqual([runs[1]]);
    expect(await list('filter[status]=planned')).toEqual([]);
    expect(await list('search[user]=ADMIN')).toEqual([runs[1], runs[0]]);
    expect(await list('search[user]=nobody-at-all')).toEqual([]);

    const page = await server.call('GET', `/api/v2/organizations/${organization}/runs?page[size]=1`);
    expect(page.body.data.map(({ id }) => id)).toEqual([runs[1]]);
    expect(page.body.meta?.pagination).toEqual({
      'current-page': 1,
      'page-size': 1,
      'prev-page': null,
      'next-page': 2,
    });
    const last = await server.call(
      'GET',
      `/api/v2/organizations/${organization}/runs?page[size]=1&page[number]=2`,
    );
    expect(last.body.meta?.pagination).toMatchObject({ 'prev-page': 1, 'next-page': null });
    const beyond = await server.call('GET', `/api/v2/organizations/${organization}/runs?page[number]=999`);
    expect(beyond.body.data).toEqual([]);

    const old = new Date(Date.now() - 2 * 365 * 24 * 60 * 60 * 1000);
    await db
      .updateTable('run')
      .set({ created_at: old })
      .where('id', '=', runs[0] ?? '')
      .execute();
    expect(await list('')).toEqual([runs[1]]);
    expect(await list(`filter[timeframe]=${old.getUTCFullYear()}`)).toEqual([runs[0]]);
    for (const step of [await mustClaim(server), await mustClaim(server)]) await step.finishPlan();
  });
});

const cancel = async (id: string) => await server.call('POST', `/api/v2/runs/${id}/actions/cancel`);

describe('lists', () => {
  test('have pages with totals and links, newest first, without plan-only runs', async () => {
    const organization = await createOrganization(server);
    const workspaceId = await createWorkspace(server, organization);
    await uploadConfiguration(server, workspaceId);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift(await createRun(server, workspaceId));
    await createRun(server, workspaceId, { 'plan-only': true });
    const path = `/api/v2/workspaces/${workspaceId}/runs`;
    const page = await server.call('GET', `${path}?page%5Bnumber%5D=2&page[size]=2`);
    expect(page.body.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    expect(page.body.meta?.pagination).toEqual({
      'current-page': 2,
      'page-size': 2,
      'prev-page': 1,
      'next-page': 3,
      'total-pages': 3,
      'total-count': 5,
    });
    expect(page.body.links?.['next']).toContain('page%5Bnumber%5D=3');
    const beyond = await server.call('GET', `${path}?page[number]=999`);
    expect(beyond.body.data).toEqual([]);
    expect(beyond.body.meta?.pagination).toMatchObject({
      'current-page': 999,
      'next-page': null,
      'total-count': 5,
    });
    for (const id of ids) await cancel(id);
    while ((await claim(server)) !== undefined);
  });

  test('accept filters in both vocabularies', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const destroy = await createRun(server, workspaceId, { 'is-destroy': true, message: 'Take it down' });
    const plan = await createRun(server, workspaceId, { 'plan-only': true });
    const planDestroy = await createRun(server, workspaceId, { 'plan-only': true, 'is-destroy': true });
    const waiting = await createRun(server, workspaceId, { 'refresh-only': true });
    await cancel(destroy);
    const list = async (query: string) =>
      (await server.call('GET', `/api/v2/workspaces/${workspaceId}/runs?${query}`)).body.data.map(
        ({ id }) => id,
      );
    expect(await list('')).toEqual([waiting, destroy]);
    expect(await list('filter[operation]=plan_only')).toEqual([planDestroy, plan]);
    expect(await list('filter[operation]=plan')).toEqual([plan]);
    expect(await list('filter[operation]=plan_destroy,%20destroy')).toEqual([planDestroy, destroy]);
    expect(await list('filter[operation]=apply')).toEqual([waiting]);
    expect(await list('filter[operation]=refresh_only')).toEqual([waiting]);
    expect(await list('filter[operation]=nonsense')).toEqual([]);
    expect(await list('filter[status]=canceled')).toEqual([destroy]);
    expect(await list('filter[status_group]=failed')).toEqual([destroy]);
    expect(await list('filter[status_group]=non_final')).toEqual([waiting]);
    expect(await list('filter[source]=api')).toEqual([waiting, destroy]);
    expect(await list('filter[source]=vcs')).toEqual([]);
    expect(await list(`filter[timeframe]=${new Date().getUTCFullYear()}`)).toEqual([waiting, destroy]);
    expect(await list('filter[timeframe]=1999')).toEqual([]);
    expect(await list('search[basic]=take%20IT')).toEqual([destroy]);
    expect(await list('search[basic]=%25')).toEqual([]);
    expect(await list('search[user]=nobody&search[commit]=abc')).toEqual([]);
    expect(await list(`filter[older_than]=${waiting}`)).toEqual([destroy]);
    expect(await list(`filter[newer_than]=${destroy}`)).toEqual([waiting]);
    expect(await list('filter[newer_than]=run-nothing')).toEqual([]);
    expect(await list('filter[needs_confirmation]=true')).toEqual([]);
    expect(await list('filter[needs_confirmation]=false')).toEqual([waiting, destroy]);
    expect(await list('filter[mine]=true')).toEqual([waiting, destroy]);
    expect(await list('filter[mine]=false')).toEqual([]);
    await cancel(waiting);
    while ((await claim(server)) !== undefined);
  });
});
