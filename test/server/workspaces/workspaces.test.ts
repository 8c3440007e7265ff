import { create } from 'tar';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../../support/server.ts';
import { lock, postState, stateFile, unlock } from '../../support/states.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

const read = async (id: string, include = '', token?: string): Promise<ApiAnswer> =>
  await server.call('GET', `/api/v2/workspaces/${id}${include && `?include=${include}`}`, undefined, token);
const typesOf = ({ body }: ApiAnswer): string[] => (body.included ?? []).map(({ type }) => type).sort();
const included = ({ body }: ApiAnswer, type: string) => body.included?.find((each) => each.type === type);

async function archiveWith(files: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-archive-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const packed = create({ cwd: folder, gzip: true }, ['.']) as unknown as NodeJS.ReadableStream;
    return new Uint8Array(await buffer(packed));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a run from its plan to its end. */
async function runThrough(workspaceId: string, outcome: 'applied' | 'errored'): Promise<string> {
  const runId = await createRun(server, workspaceId, { 'auto-apply': true });
  const plan = await mustClaim(server);
  if (outcome === 'errored') await plan.finish({ outcome: 'errored' });
  else {
    await plan.finishPlan();
    await (await mustClaim(server)).finish({ outcome: 'succeeded' });
  }
  return runId;
}

test('a name with other characters is refused with the error that clients of HCP Terraform look for', async () => {
  for (const [path, type] of [
    [`organizations/${organization}/workspaces`, 'workspaces'],
    [`organizations/${organization}/projects`, 'projects'],
    ['organizations', 'organizations'],
  ] as const) {
    const answer = await server.call('POST', `/api/v2/${path}`, {
      data: { type, attributes: { name: 'a/b', email: 'a@example.com' } },
    });
    expect([answer.status, answer.body.errors?.[0]]).toMatchObject([
      422,
      {
        detail: expect.stringMatching(/^Name may only contain /),
        source: { pointer: '/data/attributes/name' },
      },
    ]);
  }
});

describe('include', () => {
  let workspaceId: string;
  let runId: string;
  beforeAll(async () => {
    workspaceId = await createWorkspace(server, organization);
    await uploadConfiguration(
      server,
      workspaceId,
      await archiveWith({ 'README.md': '# Ours', 'main.tf': '' }),
    );
    await server.call('POST', `/api/v2/workspaces/${workspaceId}/vars`, {
      data: { type: 'vars', attributes: { key: 'secret', value: 'x', category: 'env', sensitive: true } },
    });
    await server.call('PATCH', `/api/v2/workspaces/${workspaceId}/tag-bindings`, {
      data: [{ type: 'tag-bindings', attributes: { key: 'env', value: 'prod' } }],
    });
    runId = await runThrough(workspaceId, 'applied');
    await lock(server, workspaceId);
    const outputs = {
      plain: { value: 'x', type: 'string' },
      hidden: { value: 'y', type: 'string', sensitive: true },
    };
    expect((await postState(server, workspaceId, stateFile({ outputs }))).status).toBe(201);
  });

  test.each([
    ['organization', ['organizations']],
    ['project', ['projects']],
    ['current_run', ['runs']],
    ['latest-run.plan,latest_run.apply', ['applies', 'plans', 'runs']],
    ['current_run.configuration_version.ingress_attributes', ['configuration-versions', 'runs']],
    ['current_configuration_version', ['configuration-versions']],
    ['current-state-version', ['state-versions']],
    ['locked_by', ['users']],
    ['outputs', ['workspace-outputs', 'workspace-outputs']],
    ['readme', ['workspace-readme']],
    ['vars', ['vars']],
    ['agent_pool', []],
    ['effective_tag_bindings', ['effective-tag-bindings']],
    ['organization,organization', ['organizations']],
  ])('%s', async (names, types) => {
    const answer = await read(workspaceId, names);
    expect(answer.status).toBe(200);
    expect(typesOf(answer)).toEqual(types);
    const list = await server.call(
      'GET',
      `/api/v2/organizations/${organization}/workspaces?page[size]=100&include=${names}`,
    );
    expect(typesOf(list)).toEqual(expect.arrayContaining(types));
    expect(new Set(list.body.included?.map(({ type, id }) => `${type} ${id}`)).size).toBe(
      list.body.included?.length,
    );
  });

  test('includes what the relationships name, and no secret', async () => {
    const answer = await read(workspaceId, 'readme,outputs,vars,latest_run');
    const { relationships } = answer.body.data;
    expect(relationships?.['readme']).toEqual({ data: { id: workspaceId, type: 'workspace-readme' } });
    expect(relationships?.['latest-run']).toMatchObject({ data: { id: runId, type: 'runs' } });
    for (const name of ['outputs', 'vars']) {
      const named = (relationships?.[name] as unknown as { data: { id: string; type: string }[] }).data;
      expect(named.length).toBeGreaterThan(0);
      for (const { id, type } of named) {
        expect(answer.body.included).toContainEqual(expect.objectContaining({ id, type }));
      }
    }
    expect(included(answer, 'workspace-readme')?.attributes).toEqual({ 'raw-markdown': '# Ours' });
    const outputs = answer.body.included?.filter(({ type }) => type === 'workspace-outputs');
    expect(outputs?.map(({ attributes }) => attributes)).toEqual([
      { name: 'hidden', sensitive: true, 'output-type': 'string', value: null },
      { name: 'plain', sensitive: false, 'output-type': 'string', value: 'x' },
    ]);
    expect(included(answer, 'vars')?.attributes['value']).toBeNull();
  });

  test('includes nothing that the caller may not read', async () => {
    const team = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
      data: { type: 'teams', attributes: { name: 'readers-of-runs' } },
    });
    const token = await server.call('POST', `/api/v2/teams/${team.body.data.id}/authentication-token`);
    await server.call('POST', '/api/v2/team-workspaces', {
      data: {
        type: 'team-workspaces',
        attributes: { access: 'custom', runs: 'read', variables: 'none', 'state-versions': 'none' },
        relationships: {
          team: { data: { id: team.body.data.id, type: 'teams' } },
          workspace: { data: { id: workspaceId, type: 'workspaces' } },
        },
      },
    });
    const answer = await read(
      workspaceId,
      'current_run,vars,outputs,current_state_version',
      String(token.body.data.attributes['token']),
    );
    expect(typesOf(answer)).toEqual(['runs']);
    expect(answer.body.data.relationships?.['vars']).toMatchObject({ data: [] });
    expect(answer.body.data.relationships?.['outputs']).toMatchObject({ data: [] });
  });

  test('is refused for an unknown name', async () => {
    expect((await read(workspaceId, 'current_run.nonsense')).body.errors?.[0]?.title).toBe(
      'Invalid include parameter',
    );
  });
});

test('the README comes from the newest configuration, and disappears if that has none', async () => {
  const workspaceId = await createWorkspace(server, organization);
  const readme = async (archive: Uint8Array<ArrayBuffer>) => {
    await uploadConfiguration(server, workspaceId, archive);
    const answer = await read(workspaceId, 'readme');
    return included(answer, 'workspace-readme')?.attributes['raw-markdown'];
  };
  expect(await readme(await archiveWith({ 'README.md': 'one' }))).toBe('one');
  expect(await readme(await archiveWith({ 'readme.md': 'two\0\u00e9' }))).toBe('twoé');
  expect(await readme(await archiveWith({ 'README.md': 'x'.repeat(1024 ** 2) }))).toHaveLength(256 * 1024);
  expect(await readme(await archiveWith({ 'main.tf': '' }))).toBeUndefined();
});

test('a workspace has figures of its last runs', async () => {
  const workspaceId = await createWorkspace(server, organization);
  await uploadConfiguration(server, workspaceId);
  const figures = async () => {
    const { attributes } = (await read(workspaceId)).body.data;
    return [
      attributes['workspace-kpis-runs-count'],
      attributes['run-failures'],
      attributes['policy-check-failures'],
      attributes['plan-duration-average'],
      attributes['apply-duration-average'],
    ];
  };
  expect(await figures()).toEqual([null, null, null, null, null]);
  const applied = await runThrough(workspaceId, 'applied');
  await runThrough(workspaceId, 'errored');
  const times = (from: string, to: string) =>
    JSON.stringify({
      'started-at': `2026-01-01T00:00:${from}+00:00`,
      'finished-at': `2026-01-01T00:00:${to}+00:00`,
    });
  for (const [kind, timestamps] of [
    ['plan', times('10', '12')],
    ['apply', times('20', '25')],
  ] as const) {
    await server.platform.db
      .updateTable('run_phase')
      .set({ status_timestamps: timestamps })
      .where('run_id', '=', applied)
      .where('kind', '=', kind)
      .execute();
  }
  expect(await figures()).toEqual([2, 1, 0, 2_000, 5_000]);
});

test('latest-change-at changes with runs and states', async () => {
  const workspaceId = await createWorkspace(server, organization);
  await uploadConfiguration(server, workspaceId);
  const changedAt = async () => String((await read(workspaceId)).body.data.attributes['latest-change-at']);
  const atFirst = await changedAt();
  await runThrough(workspaceId, 'errored');
  const afterRun = await changedAt();
  expect(afterRun > atFirst).toBe(true);
  await lock(server, workspaceId);
  await postState(server, workspaceId, stateFile());
  await unlock(server, workspaceId);
  expect((await changedAt()) > afterRun).toBe(true);

  const other = await createWorkspace(server, organization);
  const sorted = async (sort: string) => {
    const answer = await server.call(
      'GET',
      `/api/v2/organizations/${organization}/workspaces?page[size]=100&sort=${sort}`,
    );
    const ids = answer.body.data.map(({ id }) => id);
    return [ids.indexOf(workspaceId), ids.indexOf(other)];
  };
  const [older = 0, newer = 0] = await sorted('latest-change-at');
  expect(older).toBeLessThan(newer);
  await lock(server, workspaceId);
  await postState(server, workspaceId, stateFile({ serial: 2 }));
  const [first = 0, second = 0] = await sorted('-latest-change-at');
  expect(first).toBeLessThan(second);

  // Versions are compared by their numbers, and what has no value is last both ways.
  await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
    data: { type: 'workspaces', attributes: { 'terraform-version': '1.9.8' } },
  });
  await server.call('PATCH', `/api/v2/workspaces/${other}`, {
    data: { type: 'workspaces', attributes: { 'terraform-version': '1.10.5' } },
  });
  const isBefore = async (sort: string) => {
    const [here = 0, there = 0] = await sorted(sort);
    return here < there;
  };
  expect([
    await isBefore('terraform-version'),
    await isBefore('-terraform-version'),
    await isBefore('-resource-count'),
    await isBefore('resource-count'),
  ]).toEqual([true, false, true, false]);
  await unlock(server, workspaceId);
  await runThrough(workspaceId, 'applied');
  expect([await isBefore('last-applied-at'), await isBefore('-last-applied-at')]).toEqual([true, true]);
});
