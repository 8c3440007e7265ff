import { relatedId, type Run } from '@runwright/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectTools } from '../../src/mcp/testing/tool-caller.ts';
import { needs } from '../support/programs.ts';
import { applyLog, planLog, until, upload, type Files } from '../support/real-run.ts';
import { uniqueName } from '../support/scenario.ts';
import { ADMIN_TOKEN, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const NAMES = ['from_default', 'from_file', 'from_set', 'from_workspace', 'from_run', 'from_priority'];
const SHAPED = ['list', 'object', 'text', 'from_env'];

/** Each variable is set at its own level and at all lower levels. Its output tells which level won. */
const CONFIGURATION: Files = {
  'main.tf': `
    ${[...NAMES, ...SHAPED].map((name) => `variable "${name}" { default = "default" }`).join('\n')}
    variable "secret" {}
    ${[...NAMES, ...SHAPED].map((name) => `output "${name}" { value = var.${name} }`).join('\n')}
    # The configuration itself does not know that it is one: only the platform does.
    output "leak" { value = var.secret }
    output "leak_base64" { value = base64encode(var.secret) }
    resource "terraform_data" "it" {
      input = { clear = var.secret, encoded = base64encode(var.secret), inside = "<\${var.secret}>" }
      provisioner "local-exec" {
        command = "echo greeting=$GREETING token=$API_TOKEN; printf %s \\"$API_TOKEN\\" | base64"
      }
    }`,
  'terraform.tfvars': NAMES.slice(1)
    .map((name) => `${name} = "file"\n`)
    .join(''),
  // Overrides the environment and terraform.tfvars, and is overridden by what the platform passes.
  'some.auto.tfvars': NAMES.slice(1)
    .map((name) => `${name} = "file"\n`)
    .join(''),
};

const SECRETS = ['s3cret-<of>-terraform', 'tok3n-in-the-environment'];
const SPELLINGS = SECRETS.flatMap((secret) => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  JSON.stringify(secret).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').slice(1, -1),
]);
const leaksIn = (text: string): string[] => SPELLINGS.filter((spelling) => text.includes(spelling));

const terraform = (key: string, value: string, more: object = {}) =>
  ({ key, value, category: 'terraform', ...more }) as const;
const env = (key: string, value: string, more: object = {}) =>
  ({ key, value, category: 'env', ...more }) as const;

// Whole runs are slow on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

needs('terraform')('variables in real runs', () => {
  let server: ServerProcess;
  let client: ServerProcess['client'];
  let organization: string;
  let workspaceId: string;
  beforeAll(async () => {
    server = await startServerProcess();
    client = server.client;
    organization = uniqueName('org');
    await client.organizations.create({ name: organization, email: 'someone@example.com' });
    workspaceId = (await client.workspaces.create(organization, { name: uniqueName('ws') })).id;
    await upload(client, workspaceId, CONFIGURATION);
    const common = await client.variableSets.create(organization, { name: 'common', global: true });
    const forced = await client.variableSets.create(organization, { name: 'forced', priority: true });
    await client.variableSets.assignToWorkspaces(forced.id, [workspaceId]);
    for (const name of NAMES.slice(2))
      await client.variableSets.createVariable(common.id, terraform(name, 'set'));
    for (const name of NAMES.slice(3))
      await client.variables.create(workspaceId, terraform(name, 'workspace'));
    await client.variableSets.createVariable(forced.id, terraform('from_priority', 'priority'));
    for (const variable of [
      terraform('list', '["a", "b"]', { hcl: true }),
      terraform('object', '{ size = 2, tags = { stage = "test" } }', { hcl: true }),
      // A value that is not marked as HCL stays the text that was written.
      terraform('text', '["a", "b"]'),
      terraform('secret', SECRETS[0] ?? '', { sensitive: true }),
      env('TF_VAR_from_env', 'environment'),
      env('GREETING', 'hello'),
      env('API_TOKEN', SECRETS[1] ?? '', { sensitive: true }),
    ])
      await client.variables.create(workspaceId, variable);
  });
  afterAll(async () => await server.remove());

  const runVariables = NAMES.slice(4).map((key) => ({ key, value: 'run' }));
  const get = async (path: string): Promise<string> => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    const answer = await fetch(`${server.url}/api/v2/${path}`, { headers });
    expect([path, answer.status]).toEqual([path, 200]);
    return await answer.text();
  };
  const outputs = async (): Promise<Record<string, unknown>> => {
    const list = await client.stateVersions.currentOutputs(workspaceId);
    return Object.fromEntries(list.map(({ attributes: { name, value } }) => [name, value]));
  };
  const change = async (key: string, value: string): Promise<void> => {
    const found = (await client.variables.list(workspaceId)).data.find(
      ({ attributes }) => attributes.key === key,
    );
    await client.variables.update(workspaceId, found?.id ?? '', { value });
  };

  test('the highest level wins, values keep their shape, and changes after the plan do not affect its apply', async () => {
    const { id } = await client.runs.create({
      workspace_id: workspaceId,
      params: { variables: runVariables },
    });
    const planned = await until(client, id, 'settled');
    expect([planned.attributes.status, await planLog(client, planned)]).toEqual([
      'planned',
      expect.anything(),
    ]);
    await change('from_workspace', 'changed');
    await change('list', '["changed"]');
    await change('GREETING', 'changed');
    await client.runs.apply(id);
    const run = await until(client, id, 'final');
    expect(run.attributes.status).toBe('applied');
    expect(await outputs()).toMatchObject({
      from_default: 'default',
      from_file: 'file',
      from_set: 'set',
      from_workspace: 'workspace',
      from_run: 'run',
      from_priority: 'priority',
      list: ['a', 'b'],
      object: { size: 2, tags: { stage: 'test' } },
      text: '["a", "b"]',
      from_env: 'environment',
      leak: SECRETS[0],
    });
    const log = await applyLog(client, run);
    expect(log).toContain('greeting=hello token=***');
    await expectNoLeak(run);

    const next = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    expect((await until(client, next.id, 'final')).attributes.status).toBe('applied');
    expect(await outputs()).toMatchObject({
      from_workspace: 'changed',
      list: ['changed'],
      from_run: 'workspace',
    });
  });

  test('secrets are masked in human-readable logs too', async () => {
    await client.workspaces.update(workspaceId, { 'structured-run-output-enabled': false });
    const { id } = await client.runs.create({
      workspace_id: workspaceId,
      params: { replace_addrs: ['terraform_data.it'], auto_apply: true },
    });
    const run = await until(client, id, 'final');
    expect(run.attributes.status).toBe('applied');
    expect(await planLog(client, run)).toContain('Terraform will perform the following actions');
    expect(await applyLog(client, run)).toContain('greeting=changed token=***');
    await expectNoLeak(run);
  });

  /** All text about the run that a model receives, structured content included. */
  async function toldToAgents(run: Run): Promise<Record<string, string>> {
    const tools = await connectTools(server.url, { token: ADMIN_TOKEN });
    const calls: [name: string, args: Record<string, unknown>][] = [
      ['get_run_plan_json_output', { run_id: run.id }],
      ['get_plan_json_output', { plan_id: relatedId(run, 'plan') }],
      ['get_plan_summary', { run_id: run.id }],
      ['summarize_run', { run_id: run.id }],
      ['get_run_logs', { run_id: run.id }],
    ];
    const told: Record<string, string> = {};
    for (const [name, args] of calls) {
      const { isError, text, result } = await tools.call(name, args);
      expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
      told[name] = text + JSON.stringify(result);
    }
    expect(told['get_run_plan_json_output']).toContain('terraform_data.it');
    await tools.close();
    return told;
  }

  /** Checks that no secret is in what people may read of a run or in the output of the programs. */
  async function expectNoLeak(run: Run): Promise<void> {
    const plan = relatedId(run, 'plan') ?? '';
    const places: Record<string, string> = {
      'plan log': await planLog(client, run),
      'apply log': await applyLog(client, run),
      'redacted plan': await get(`plans/${plan}/json-output-redacted`),
      plan: await get(`plans/${plan}`),
      run: await get(`runs/${run.id}?include=plan,apply,created_by`),
      events: await get(`runs/${run.id}/run-events`),
      variables: await get(`workspaces/${workspaceId}/all-vars`),
      'audit trail': await get(`organization/audit-trail?organization=${organization}`),
      'what the processes wrote': server.output(),
      ...(await toldToAgents(run)),
    };
    const found = Object.entries(places).flatMap(([place, text]) =>
      leaksIn(text).map((leak) => [place, leak]),
    );
    expect(found).toEqual([]);
    expect(places['audit trail']).toContain('API_TOKEN');
  }
});
