import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_RELEASES } from '../support/no-releases.ts';
import { withEngine } from '../support/programs.ts';
import type { StepWish } from './agent-server.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, type Harness } from './harness.ts';

const variable = (key: string, value: string) => ({ key, value, category: 'terraform' as const });
const resource = (name: string, more = '') => `resource "terraform_data" "${name}" {\n${more}}\n`;

const engines = [
  { name: 'OpenTofu', ...withEngine('RUNWRIGHT_TEST_TOFU'), early: '' },
  // This engine requires a constant variable in the source of a module.
  { name: 'a new terraform', ...withEngine('RUNWRIGHT_TEST_TERRAFORM_NEW'), early: 'const = true' },
];

for (const { name, describe, binary, early } of engines) {
  describe(`a run with ${name}`, () => {
    let harness: Harness;
    beforeAll(async () => {
      harness = await startHarness({
        engine: {
          pinnedPath: binary,
          releases: NO_RELEASES,
          cacheFolder: join(tmpdir(), 'runwright-engine-of-the-test'),
        },
      });
    });
    afterAll(() => harness.close());

    const run = (files: Record<string, string>, more: Partial<StepWish> = {}) =>
      planAndApply(harness, { configuration: packFiles(files), engineVersion: 'latest', ...more });

    it('loads modules from the paths in its variables, at the plan and at the apply', async () => {
      const { plan, apply } = await run(
        {
          'main.tf': `variable "which" {\n  type = string\n  ${early}\n}
module "m" { source = "./\${var.which}" }
output "said" { value = module.m.said }`,
          'a/main.tf': 'output "said" { value = "a" }',
          'b/main.tf': `${resource('in_b')}output "said" { value = "b" }`,
        },
        { variables: [variable('which', 'b')] },
      );
      expect([plan.finish?.outcome, apply.finish?.outcome]).toEqual(['succeeded', 'succeeded']);
      expect(lastState(apply).outputs['said']?.value).toBe('b');
    });

    it('prefers a variable of the run to one of a file, and passes ephemeral ones to plan and apply', async () => {
      const { apply } = await run(
        {
          'main.tf': `variable "v" {}
variable "list" { type = list(string) }
variable "from_file" {}
variable "token" {
  type      = string
  ephemeral = true
}
${resource('a', 'provisioner "local-exec" {\n    command = "test \\"$T\\" = s3cr3t-value"\n    environment = { T = var.token }\n  }\n')}
output "v" { value = [var.v, var.from_file, var.list] }`,
          'x.auto.tfvars': 'v = "auto"\nfrom_file = "auto"\nlist = ["auto"]\n',
          'terraform.tfvars': 'v = "file"\nfrom_file = "file"\n',
        },
        {
          variables: [
            variable('v', 'kept'),
            variable('token', 's3cr3t-value'),
            { ...variable('list', '["a", "b"]'), form: 'hcl' },
          ],
        },
      );
      expect([apply.finish?.outcome, apply.log.toString()]).toEqual(['succeeded', expect.anything()]);
      expect(lastState(apply).outputs['v']?.value).toEqual(['kept', 'auto', ['a', 'b']]);
    });

    it('counts a change of address as a change, and a refresh without drift as none', async () => {
      const { apply } = await run({ 'main.tf': resource('old', 'input = 1\n') });
      const state = apply.states.at(-1);
      const plan = (text: string, more: StepWish['run'] = {}) =>
        harness.execute({
          ...{ phase: 'plan', configuration: packFiles({ 'main.tf': text }), run: more },
          ...(state && { state }),
          engineVersion: 'latest',
        });
      const moved = `${resource('new', 'input = 1\n')}moved {
  from = terraform_data.old
  to   = terraform_data.new
}`;
      expect((await plan(moved)).finish).toMatchObject({ outcome: 'succeeded', hasChanges: true });
      const kept = resource('old', 'input = 1\n');
      expect((await plan(kept, { refreshOnly: true })).finish).toMatchObject({ hasChanges: false });
    });

    it('is refused an apply whose plan another engine made, and changes nothing', async () => {
      const configuration = packFiles({ 'main.tf': resource('planned_elsewhere') });
      const planner = await startHarness();
      const plan = await planner.execute({ phase: 'plan', configuration });
      await planner.close();
      const { engine, engineVersion } = plan.finish ?? {};
      expect(engine).toBe('terraform');
      const apply = await harness.execute({
        ...{ phase: 'apply', configuration, plan: plan.artifacts.get('plan-file') },
        ...{ engine: engine ?? null, engineVersion: engineVersion ?? 'latest' },
      });
      expect(apply.finish).toMatchObject({
        outcome: 'errored',
        message: expect.stringMatching(/^\S+ \S+ is not the version asked for/) as string,
      });
      expect(apply.log.toString()).toContain(`this run needs Terraform ${engineVersion}.`);
      expect(apply.states).toEqual([]);
    });

    it('reads the files of its engine, and no others', async () => {
      const files = { 'main.tofu': resource('of_tofu') };
      const plan = await harness.execute({
        ...{ phase: 'plan', configuration: packFiles(files), engineVersion: 'latest' },
      });
      expect(plan.finish?.outcome).toBe(name === 'OpenTofu' ? 'succeeded' : 'errored');
      expect(plan.log.toString()).toContain(
        name === 'OpenTofu' ? 'terraform_data.of_tofu' : 'No configuration files',
      );
    });
  });
}

const [{ describe: describeWithTofu, binary: tofu }] = engines as [(typeof engines)[number]];
describeWithTofu('a state and a plan that OpenTofu encrypts', () => {
  it('are delivered byte for byte, applied, and read by the next plan', async () => {
    const harness = await startHarness({
      engine: {
        pinnedPath: tofu,
        releases: NO_RELEASES,
        cacheFolder: join(tmpdir(), 'runwright-engine-of-the-test'),
      },
    });
    try {
      const configuration = packFiles({
        'main.tf': `terraform {
  encryption {
    key_provider "pbkdf2" "p" { passphrase = "a-passphrase-of-the-test" }
    method "aes_gcm" "m" { keys = key_provider.pbkdf2.p }
    state { method = method.aes_gcm.m }
    plan { method = method.aes_gcm.m }
  }
}
${resource('kept')}`,
      });
      const { plan, apply } = await planAndApply(harness, { configuration, engineVersion: 'latest' });
      const state = apply.states.at(-1);
      expect(plan.artifacts.get('plan-file')?.toString()).toContain('"encrypted_data"');
      expect(apply.finish?.outcome).toBe('succeeded');
      expect(state?.toString()).toContain('"encrypted_data"');
      expect(state?.toString()).not.toContain('terraform_data');
      const next = await harness.execute({
        ...{ phase: 'plan', configuration, engineVersion: 'latest' },
        ...(state && { state }),
      });
      expect([next.finish?.outcome, next.log.toString()]).toEqual(['succeeded', expect.anything()]);
      expect(next.finish?.hasChanges).toBe(false);
    } finally {
      await harness.close();
    }
  });
});
