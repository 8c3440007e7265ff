import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTarGz, packFiles } from './configuration-archive.ts';
import { planAndApply, startHarness, type Harness, lastState } from './harness.ts';
import { needs } from '../support/programs.ts';

const KEEP = 'resource "terraform_data" "keep" {\n  input = 1\n}\n';
const FOLDERS: [string, ReturnType<typeof packFiles>][] = [
  ['nothing at all', makeTarGz([])],
  ['a README', packFiles({ 'README.md': '# hello' })],
  ['the configuration one folder deeper', packFiles({ 'infra/main.tf': KEEP })],
  ['variables', packFiles({ 'terraform.tfvars': 'a = 1', 'x.auto.tfvars': 'b = 1' })],
  ['tests', packFiles({ 'main.tftest.hcl': 'run "a" {}', 'tests/a.tftest.hcl': 'run "a" {}' })],
  ['a lock file', packFiles({ '.terraform.lock.hcl': '# nothing' })],
  ['a hidden file', packFiles({ '.main.tf': KEEP })],
  ['copies of editors', packFiles({ 'main.tf~': KEEP, '#main.tf#': KEEP })],
  ['capitals', packFiles({ 'MAIN.TF': KEEP })],
  ['files of OpenTofu', packFiles({ 'main.tofu': KEEP, 'x.tofu.json': '{}' })],
  ['a query', packFiles({ 'list.tfquery.hcl': 'list "x" "y" {}' })],
  ['a stack', packFiles({ 'a.tfstack.hcl': '', 'a.tfcomponent.hcl': '', 'a.tfdeploy.hcl': '' })],
  ['a folder that is called like a file', packFiles({ 'x.tf/main.tf': KEEP })],
  ['a folder that is called like a file of JSON', makeTarGz([{ path: 'x.tf.json/', type: '5' }])],
];

needs('terraform')('a folder without a terraform configuration', () => {
  let harness: Harness;
  let state: Buffer | undefined;
  beforeAll(async () => {
    harness = await startHarness();
    const { apply } = await planAndApply(harness, { configuration: packFiles({ 'main.tf': KEEP }) });
    state = apply.states.at(-1);
  });
  afterAll(() => harness.close());

  it.each(FOLDERS)('is refused with terraform’s own error: %s', async (_what, configuration) => {
    const plan = await harness.execute({ phase: 'plan', configuration, state });
    expect(plan.finish).toMatchObject({ outcome: 'errored', message: 'No configuration files' });
    expect(plan.log.toString()).toContain('would mark everything for destruction');
    expect(plan.artifacts.has('plan-file')).toBe(false);
  });

  it('is refused if it has an empty JSON file', async () => {
    const plan = await harness.execute({
      phase: 'plan',
      configuration: packFiles({ 'main.tf.json': '' }),
      state,
    });
    expect(plan.finish).toMatchObject({ outcome: 'errored' });
  });

  it('can still be destroyed, as in terraform', async () => {
    const run = { isDestroy: true };
    const { apply } = await planAndApply(harness, {
      configuration: packFiles({ 'README.md': '' }),
      state,
      run,
    });
    expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { destructions: 1 } });
    expect(lastState(apply).resources).toEqual([]);
  });
});
