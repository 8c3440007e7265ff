import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOXES_PLAN, celPolicies, createPolicySet, uploadPolicies } from '../../support/policy-scenario.ts';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claimStepOf } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const get = async (path: string) => (await server.call('GET', `/api/v2/${path}`)).body;

describe('a request for an unsupported feature is refused with the reason:', () => {
  let path: string;
  let setPath: string;
  let policyPath: string;
  let organization: string;
  beforeAll(async () => {
    ({ organization } = await readyWorkspace(server));
    path = `/api/v2/organizations/${organization}`;
    setPath = `/api/v2/policy-sets/${await createPolicySet(server, organization, null)}`;
    const policy = await server.call('POST', `${path}/policies`, { data: { attributes: { name: 'kept' } } });
    policyPath = `/api/v2/policies/${policy.body.data.id}`;
  });
  const refusalOf = async (method: string, at: string, attributes: object, relationships?: object) => {
    const answer = await server.call(method, at, { data: { attributes, relationships } });
    return [answer.status, answer.status < 300 ? '' : answer.text];
  };

  test.each([
    [{ 'policy-tool-version': '0.44.0' }, 'the libraries of this server evaluate policies'],
    [{ 'policies-path': 'policies/' }, 'policies are uploaded'],
    [{ 'policy-update-patterns': ['/policies/**'] }, 'policies are uploaded'],
    [{ 'vcs-repo': { identifier: 'acme/policies' } }, 'policies are uploaded'],
    [{ 'tag-selectors': [{ 'tag-key': 'env' }] }, 'not to tags'],
    [{ 'agent-enabled': 'yes' }, 'agent-enabled'],
    [{ kind: 'sentinel' }, 'must be'],
  ])('a policy set with %j', async (attributes, words) => {
    const named = { name: 'other', ...attributes };
    expect(await refusalOf('POST', `${path}/policy-sets`, named)).toEqual([
      422,
      expect.stringContaining(words),
    ]);
    expect(await refusalOf('PATCH', setPath, attributes)).toEqual([422, expect.stringContaining(words)]);
  });

  test('another kind for a set, while unchanged values are accepted', async () => {
    expect(await refusalOf('PATCH', setPath, { kind: 'opa' })).toEqual([
      422,
      expect.stringContaining('kind: is cel for good'),
    ]);
    const read = (await server.call('GET', setPath)).body.data;
    expect(await refusalOf('PATCH', setPath, read.attributes, read.relationships)).toEqual([200, '']);
    expect((await server.call('GET', setPath)).body.data.attributes).toMatchObject({ global: true });
  });

  test.each([
    [{ query: 'data.rules.deny' }, 'compiled policies'],
    [{ kind: 'sentinel' }, 'must be'],
    [{ enforce: [{ mode: 'advisory' }], 'enforcement-level': 'hard-mandatory' }, 'says advisory'],
    [{ enforce: [{ mode: 'advisory', path: 'elsewhere.cel' }] }, 'its path must be'],
  ])('a policy with %j', async (attributes, words) => {
    const named = { name: 'other', ...attributes };
    expect(await refusalOf('POST', `${path}/policies`, named)).toEqual([422, expect.stringContaining(words)]);
    expect(await refusalOf('PATCH', policyPath, attributes)).toEqual([422, expect.stringContaining(words)]);
  });

  test('a policy for a set of another kind, while the sets of a policy can be replaced', async () => {
    const compiled = await createPolicySet(server, organization, null, { kind: 'opa' });
    const own = await createPolicySet(server, organization, null);
    const given = (...ids: string[]) => ({
      'policy-sets': { data: ids.map((id) => ({ type: 'policy-sets', id })) },
    });
    const to = async (...ids: string[]) => await refusalOf('PATCH', policyPath, {}, given(...ids));
    expect(await to(compiled)).toEqual([422, expect.stringContaining('are opa')]);
    expect(await to('polset-none')).toEqual([422, expect.stringContaining('is not one of')]);
    expect(await to(own)).toEqual([200, '']);
    const { data, included } = await get(`policies/${policyPath.split('/').at(-1)}?include=policy_sets`);
    expect([data.relationships['policy-sets'], included]).toMatchObject([
      { data: [{ id: own }] },
      [{ id: own }],
    ]);
    expect(await refusalOf('PATCH', policyPath, { name: 'renamed', description: null })).toEqual([200, '']);
    const sets = await get(`policy-sets/${own}?include=policies,organization,newest_version`);
    expect(sets.included?.map(({ type }) => type)).toEqual(['policies', 'organizations']);
    expect(sets.included).toMatchObject([{ attributes: { name: 'renamed', description: '' } }, {}]);
    expect(await to()).toEqual([200, '']);
    expect((await get(`policy-sets/${own}`)).data.relationships['policies']).toMatchObject({ data: [] });
    const kinds = await get(`organizations/${organization}/policies?filter[kind]=opa`);
    expect(kinds.data).toEqual([]);
  });
});

describe('a policy set', () => {
  test('holds where it is applied and not excluded', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const setId = await createPolicySet(
      server,
      organization,
      celPolicies(['no', 'hard-mandatory', 'false']),
      {
        global: false,
      },
    );
    const workspace = (await get(`workspaces/${workspaceId}`)).data;
    const projectId = workspace.relationships['project']?.data?.id ?? '';
    const phasesOf = async (): Promise<number> => {
      const runId = await createRun(server, workspaceId, { 'plan-only': true });
      const { data } = await get(`runs/${runId}/policy-checks`);
      return (data as unknown as unknown[]).length;
    };
    const change = async (method: string, kind: string, id: string): Promise<void> => {
      const path = `/api/v2/policy-sets/${setId}/relationships/${kind}`;
      const answer = await server.call(method, path, { data: [{ id, type: kind }] });
      expect(answer.status, answer.text).toBe(204);
    };
    expect(await phasesOf()).toBe(0);
    await change('POST', 'workspaces', workspaceId);
    expect(await phasesOf()).toBe(1);
    await change('POST', 'project-exclusions', projectId);
    expect(await phasesOf()).toBe(0);
    await change('DELETE', 'project-exclusions', projectId);
    await change('DELETE', 'workspaces', workspaceId);
    await change('POST', 'projects', projectId);
    expect(await phasesOf()).toBe(1);
    await change('POST', 'workspace-exclusions', workspaceId);
    expect(await phasesOf()).toBe(0);
    expect((await get(`policy-sets/${setId}`)).data.attributes).toMatchObject({
      'policy-count': 1,
      'project-count': 1,
      'workspace-count': 0,
      'workspace-exclusion-count': 1,
    });
    const path = `/api/v2/policy-sets/${setId}/relationships/workspaces`;
    expect((await server.call('POST', path, { data: [{ id: 'ws-ofsomebodyelse' }] })).status).toBe(422);
  });

  test('keeps its policies when the next archive is refused with the place and the reason', async () => {
    const { organization } = await readyWorkspace(server);
    const setId = await createPolicySet(server, organization, celPolicies(['one', 'advisory', 'true']));
    const current = (await get(`policy-sets/${setId}`)).data.relationships['current-version'];
    const broken: [Record<string, string>, string][] = [
      [{ 'readme.md': '' }, 'the archive has no policies.yaml'],
      [{ 'policies.yaml': 'policies: [' }, 'policies.yaml, line 1, column 12'],
      [
        { 'policies.yaml': 'policies:\n  - name: a\n    enforcement: maybe\n    cel: "true"\n' },
        'line 3, column 18',
      ],
      [
        { 'policies.yaml': 'policies:\n  - name: a\n    enforcement: advisory\n    cel: 1 +\n' },
        'line 4, column 12',
      ],
      [
        {
          'policies.yaml': 'policies:\n  - {name: a, enforcement: advisory, cel: a.cel}\n',
          'a.cel': 'true &&\n  plan.(',
        },
        'a.cel, line 2, column 8',
      ],
      [
        { 'policies.yaml': 'policies:\n  - {name: a, enforcement: advisory, cel: secrets.all}\n' },
        'Unknown variable: secrets',
      ],
      [
        {
          'policies.yaml':
            'policies:\n  - {name: "a", enforcement: advisory, cel: "true", description: "\\0"}\n',
        },
        'NUL',
      ],
      [celPolicies(['never', 'advisory', '1']), 'gives int: it must give true or false'],
      [celPolicies(['never', 'advisory', ' '.repeat(20_001)]), 'must have at most 20000 characters'],
      [
        celPolicies(['same', 'advisory', 'true'], ['same', 'advisory', 'true']),
        'another policy has this name',
      ],
      [
        { 'policies.yaml': 'policies:\n  - {name: a, enforcement: advisory, opa: gone.wasm}\n' },
        'there is no gone.wasm',
      ],
    ];
    for (const [files, detail] of broken) {
      const answer = await uploadPolicies(server, setId, files);
      expect(answer.status, detail).toBe(422);
      expect(await answer.text()).toContain(detail);
    }
    const { data } = await get(`policy-sets/${setId}/versions`);
    expect((data as unknown as object[])[0]).toMatchObject({
      attributes: { status: 'errored', 'error-message': expect.stringContaining('gone.wasm') },
    });
    expect((await get(`policy-sets/${setId}`)).data.relationships['current-version']).toEqual(current);
  });

  test('passes parameters to its policies, including a policy that was uploaded separately', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const setId = await createPolicySet(server, organization, null);
    for (const [key, sensitive] of [
      ['largest', false],
      ['word', true],
    ] as const) {
      const attributes = { key, value: '2', sensitive, category: 'policy-set' };
      const made = await server.call('POST', `/api/v2/policy-sets/${setId}/parameters`, {
        data: { type: 'vars', attributes },
      });
      expect(made.body.data.attributes).toMatchObject({ key, value: sensitive ? null : '2' });
    }
    const policy = await server.call('POST', `/api/v2/organizations/${organization}/policies`, {
      data: {
        type: 'policies',
        attributes: { name: 'small', enforce: [{ mode: 'hard-mandatory', path: 'small.cel' }] },
      },
    });
    const self = `/api/v2/policies/${policy.body.data.id}`;
    const upload = async (text: string) =>
      await fetch(`${server.url}${self}/upload`, {
        method: 'PUT',
        headers: { authorization: 'Bearer admin-token-for-these-tests' },
        body: text,
      });
    const refused = await upload('size(plan.resource_changes) <=');
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining('line 1, column 31'),
    ]);
    const source = 'size(plan.resource_changes) <= int(params.largest) && params.word == "2"';
    expect((await upload(source)).status).toBe(200);
    expect((await server.call('GET', `${self}/download`)).text).toBe(source);
    const path = `/api/v2/policy-sets/${setId}/relationships/policies`;
    await server.call('POST', path, { data: [{ id: policy.body.data.id, type: 'policies' }] });
    const runId = await createRun(server, workspaceId);
    await (await claimStepOf(server, runId))?.finishPlan({}, BOXES_PLAN);
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('policy_checked');
  });
});
