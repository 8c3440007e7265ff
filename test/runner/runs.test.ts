import { afterAll, beforeAll, expect, it } from 'vitest';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, type Harness } from './harness.ts';
import { needs } from '../support/programs.ts';

const CONFIGURATION = packFiles({
  'main.tf': `
variable "greeting" { default = "nobody" }
resource "terraform_data" "one" { input = var.greeting }
output "greeting" { value = terraform_data.one.output }
output "workspace" { value = terraform.workspace }
`,
});

interface SummaryLine {
  type?: string;
  changes?: { add: number; change: number; remove: number; import: number };
}

function readSummary(log: Buffer): SummaryLine['changes'] {
  const lines = log.toString().split('\n').slice(3, -1);
  return lines.map((line) => JSON.parse(line) as SummaryLine).find((line) => line.type === 'change_summary')
    ?.changes;
}

needs('terraform')('a run', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it('is planned: plan file, plan JSON, schemas, counts and a log that the CLI can read', async () => {
    const plan = await harness.execute({ phase: 'plan', configuration: CONFIGURATION });
    expect(plan.finish).toEqual({
      outcome: 'succeeded',
      engineVersion: '1.11.4',
      engine: 'terraform',
      platform: expect.stringMatching(/^[a-z]+_[a-z0-9]+$/),
      providers: [],
      risks: [],
      counts: { additions: 1, changes: 0, destructions: 0, imports: 0 },
      drifted: 0,
      hasChanges: true,
      generatedConfiguration: false,
    });
    expect(plan.log.toString().split('\n').slice(0, 3)).toEqual([
      'Terraform v1.11.4',
      'on linux_amd64',
      'Initializing plugins and modules...',
    ]);
    expect(readSummary(plan.log)).toEqual({ add: 1, change: 0, remove: 0, import: 0, operation: 'plan' });
    const schemas = JSON.parse(String(plan.artifacts.get('provider-schemas'))) as {
      provider_schemas: Record<string, { resource_schemas: object }>;
    };
    expect(
      Object.keys(schemas.provider_schemas['terraform.io/builtin/terraform']?.resource_schemas ?? {}),
    ).toEqual(['terraform_data']);
    expect(JSON.parse(String(plan.artifacts.get('plan-json')))).toMatchObject({ applyable: true });
    expect(plan.artifacts.get('plan-file')?.subarray(0, 2).toString()).toBe('PK');
  });

  it('leaves a redacted plan that holds no sensitive value, marked or derived', async () => {
    const configuration = packFiles({
      'main.tf': `
variable "password" { sensitive = true }
resource "terraform_data" "marked" { input = { password = var.password, size = 3 } }
output "password" {
  value     = terraform_data.marked.output.password
  sensitive = true
}
`,
    });
    const variables = [{ key: 'password', value: 'hush-hush-hush' }];
    const plan = await harness.execute({ phase: 'plan', configuration, variables });
    const text = String(plan.artifacts.get('redacted-plan'));
    expect(String(plan.artifacts.get('plan-json'))).toContain('hush-hush-hush');
    expect(text).not.toContain('hush-hush-hush');
    expect(JSON.parse(text)).toMatchObject({
      plan_format_version: expect.stringMatching(/^1\./) as string,
      resource_changes: [
        {
          address: 'terraform_data.marked',
          change: {
            after: { input: { password: '(sensitive value, changed)', size: 3 } },
            after_sensitive: { input: { password: true } },
          },
        },
      ],
      provider_schemas: { 'terraform.io/builtin/terraform': {} },
    });
  });

  it('is applied, knows the name of its workspace, and leaves no changes', async () => {
    const variables = [{ key: 'greeting', value: 'hello' }];
    const { apply } = await planAndApply(harness, { configuration: CONFIGURATION, variables });
    expect(apply.finish).toEqual({
      outcome: 'succeeded',
      engineVersion: '1.11.4',
      engine: 'terraform',
      platform: expect.stringMatching(/^[a-z]+_[a-z0-9]+$/),
      providers: [],
      counts: { additions: 1, changes: 0, destructions: 0, imports: 0 },
    });
    expect(lastState(apply).outputs).toMatchObject({
      greeting: { value: 'hello' },
      workspace: { value: 'prod' },
    });

    const again = await harness.execute({
      ...{ phase: 'plan', configuration: CONFIGURATION, variables, state: apply.states.at(-1) },
    });
    expect(again.finish).toMatchObject({ outcome: 'succeeded', hasChanges: false });
  });

  it('destroys', async () => {
    const { apply } = await planAndApply(harness, { configuration: CONFIGURATION });
    const state = apply.states.at(-1);
    const destroyed = await planAndApply(harness, {
      configuration: CONFIGURATION,
      state,
      run: { isDestroy: true },
    });
    expect(destroyed.plan.finish?.counts).toEqual({ additions: 0, changes: 0, destructions: 1, imports: 0 });
    expect(destroyed.apply.finish?.counts).toEqual({ additions: 0, changes: 0, destructions: 1, imports: 0 });
    expect(lastState(destroyed.apply).resources).toEqual([]);
    expect(lastState(destroyed.apply).lineage).toBe(lastState(apply).lineage);
  });

  it("prints terraform's human-readable text when the workspace wants it", async () => {
    const workspace = { structuredRunOutput: false };
    const { plan, apply } = await planAndApply(harness, { configuration: CONFIGURATION, workspace });
    expect(plan.log.toString()).toContain('1 to add, 0 to change, 0 to destroy');
    expect(apply.log.toString()).toContain('1 added, 0 changed, 0 destroyed');
    expect(apply.finish?.counts).toEqual({ additions: 1, changes: 0, destructions: 0, imports: 0 });
  });

  it('runs in the working directory and replaces its cloud block with its own backend', async () => {
    const configuration = packFiles({
      'envs/prod/main.tf': `
terraform {
  cloud {
    organization = "elsewhere"
    workspaces { name = "else" }
  }
}
module "child" { source = "../../child" }
output "workspace" { value = terraform.workspace }
`,
      'child/main.tf': 'resource "terraform_data" "inner" {}',
    });
    const workspace = { workingDirectory: 'envs/prod', name: 'staging' };
    const { apply } = await planAndApply(harness, { configuration, workspace });
    expect(apply.finish?.outcome).toBe('succeeded');
    expect(lastState(apply).outputs['workspace']?.value).toBe('staging');
    expect(lastState(apply).resources.map((resource) => resource.name)).toEqual(['inner']);
  });

  it('takes the options of the run: targets, replacements, no refresh', async () => {
    const configuration = packFiles({
      'main.tf': 'resource "terraform_data" "a" {}\nresource "terraform_data" "b" {}\n',
    });
    const targeted = await planAndApply(harness, {
      configuration,
      run: { targetAddrs: ['terraform_data.a'] },
    });
    expect(lastState(targeted.apply).resources.map((resource) => resource.name)).toEqual(['a']);
    const state = targeted.apply.states.at(-1);
    const run = { replaceAddrs: ['terraform_data.a'], refresh: false };
    const replaced = await harness.execute({ phase: 'plan', configuration, state, run });
    expect(replaced.finish?.counts).toEqual({ additions: 2, changes: 0, destructions: 1, imports: 0 });
  });

  it('never takes an address for an option', async () => {
    const run = { targetAddrs: ['-destroy', 'x;touch /tmp/y'] };
    const plan = await harness.execute({ phase: 'plan', configuration: CONFIGURATION, run });
    expect(plan.finish?.outcome).toBe('errored');
    expect(plan.log.toString()).toContain('Invalid target');
  });

  it('generates configuration for import blocks and counts imports', async () => {
    const configuration = packFiles({
      'main.tf': 'import {\n  to = terraform_data.adopted\n  id = "an-id"\n}\n',
    });
    const run = { allowConfigGeneration: true };
    const plan = await harness.execute({ phase: 'plan', configuration, run });
    expect(plan.finish).toMatchObject({
      outcome: 'succeeded',
      generatedConfiguration: true,
      hasChanges: true,
    });
    expect(plan.finish?.counts?.imports).toBe(1);
    expect(String(plan.artifacts.get('generated-configuration'))).toContain(
      'resource "terraform_data" "adopted"',
    );
  });

  it('keeps a trace in debugging mode', async () => {
    const run = { debuggingMode: true };
    const variables = [{ key: 'greeting', value: 'a-secret-greeting', sensitive: true }];
    const plan = await harness.execute({ phase: 'plan', configuration: CONFIGURATION, run, variables });
    expect(String(plan.artifacts.get('debug-log'))).toContain('[TRACE]');
    expect(String(plan.artifacts.get('debug-log'))).not.toContain('a-secret-greeting');
    expect(plan.log.toString()).not.toContain('[TRACE]');
  });

  it('hides sensitive values and those derived from them', async () => {
    const variables = [{ key: 'greeting', value: 'hush-hush-hush', sensitive: true }];
    const configuration = packFiles({
      'main.tf': `
variable "greeting" {}
resource "terraform_data" "one" { input = nonsensitive(var.greeting) }
output "encoded" { value = base64encode(var.greeting) }
`,
    });
    const workspace = { structuredRunOutput: false };
    const plan = await harness.execute({ phase: 'plan', configuration, variables, workspace });
    expect(plan.finish?.outcome).toBe('succeeded');
    const log = plan.log.toString();
    expect(log).toContain('input  = "***"');
    expect(log).not.toContain('hush-hush-hush');
    expect(log).not.toContain(Buffer.from('hush-hush-hush').toString('base64'));
  });

  it.each([
    ['with init', 'terraform {\n  required_version = ">= 1.0"\n}\n'],
    ['without init', ''],
  ])('errors on a syntax error with terraform’s diagnostic in the log, %s', async (_way, start) => {
    const configuration = packFiles({ 'main.tf': `${start}resource "terraform_data" "x" {` });
    const plan = await harness.execute({ phase: 'plan', configuration });
    expect(plan.finish).toMatchObject({ outcome: 'errored', message: 'Unclosed configuration block' });
    const diagnostics = plan.log
      .toString()
      .split('\n')
      .filter((line) => line.includes('"type":"diagnostic"'));
    expect(JSON.parse(diagnostics[0] ?? '')).toMatchObject({
      diagnostic: { severity: 'error', range: { filename: 'main.tf' } },
    });
  });

  it.each([
    [{ key: 'TF_CLI_ARGS_show', category: 'env' }, '"TF_CLI_ARGS_show" is reserved'],
    [{ key: 'TF_CLI_ARGS', value: '-destroy', category: 'env' }, '"TF_CLI_ARGS" cannot be used'],
    [{ key: 'LD_PRELOAD', category: 'env' }, '"LD_PRELOAD" is reserved'],
    [{ key: 'greeting', value: '1\nother = 2', form: 'hcl' }, '"greeting" is no HCL expression'],
  ] as const)('errors on a variable that it cannot use: %o', async (variable, message) => {
    const plan = await harness.execute({
      phase: 'plan',
      configuration: CONFIGURATION,
      variables: [variable],
    });
    expect(plan.finish?.outcome).toBe('errored');
    expect(plan.finish?.message).toContain(message);
    expect(plan.log.toString()).toContain(JSON.stringify(message).slice(1, -1));
  });

  it('refuses a plan file that is not the approved one', async () => {
    const plan = await harness.execute({ phase: 'plan', configuration: CONFIGURATION });
    const planFile = plan.artifacts.get('plan-file') ?? Buffer.alloc(0);
    const apply = harness.server.enqueue({ phase: 'apply', configuration: CONFIGURATION, plan: planFile });
    if (apply.step.inputs.plan) apply.step.inputs.plan.sha256 = '0'.repeat(64);
    expect(await apply.finished).toMatchObject({ outcome: 'errored' });
    expect(apply.log.toString()).toContain('The plan is not the one this run was made with');
    expect(apply.states).toEqual([]);
  });

  it('errors on a terraform version that does not exist', async () => {
    const plan = await harness.execute({
      phase: 'plan',
      configuration: CONFIGURATION,
      engineVersion: '1.2.3',
    });
    expect(plan.finish).toMatchObject({ outcome: 'errored', message: 'Terraform 1.2.3 cannot be installed' });
    expect(plan.log.toString().split('\n')[2]).toBe('Initializing plugins and modules...');
  });
});
