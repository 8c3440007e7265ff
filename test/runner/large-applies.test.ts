import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, until, type Harness } from './harness.ts';
import { needs } from '../support/programs.ts';

const LARGE = {
  'main.tf': 'resource "terraform_data" "many" {\n  count = 1000\n  input = "v${count.index}"\n}\n',
};

/** Whether the state came through terraform's http backend: only the runner's endpoint leaves this record. */
function usedHttp(harness: Harness): boolean {
  try {
    return readFileSync(join(harness.folder, 'cache', 'http-backend', 'Terraform-1.11.4')).includes('http');
  } catch {
    return false;
  }
}

needs('terraform')('a large apply (docs/adr/0005)', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it('sends its state to the runner over http, completely and only once', async () => {
    const { apply } = await planAndApply(harness, { configuration: packFiles(LARGE) });
    expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: 1000 } });
    expect(usedHttp(harness)).toBe(true);
    const [resource] = lastState(apply).resources;
    expect(
      new Set(resource?.instances.map((instance) => JSON.stringify(instance.attributes['output']))).size,
    ).toBe(1000);

    // A plan on this state with the local backend finds no changes.
    const again = await harness.execute({
      ...{ phase: 'plan', configuration: packFiles(LARGE), state: apply.states.at(-1) },
    });
    expect(again.finish).toMatchObject({ hasChanges: false });
  });

  it('does so with a prior state too', async () => {
    const configuration = packFiles({ 'main.tf': 'resource "terraform_data" "many" {\n  count = 250\n}\n' });
    const { apply } = await planAndApply(harness, { configuration });
    const state = apply.states.at(-1);
    const destroyed = await planAndApply(harness, { configuration, state, run: { isDestroy: true } });
    expect(destroyed.apply.finish).toMatchObject({ outcome: 'succeeded', counts: { destructions: 250 } });
    expect(lastState(destroyed.apply)).toMatchObject({ resources: [], lineage: lastState(apply).lineage });
    expect(lastState(destroyed.apply).serial).toBeGreaterThan(lastState(apply).serial);
  });

  it('keeps the finished resources when it is killed', async () => {
    const configuration = packFiles({
      'main.tf': `${LARGE['main.tf']}
resource "terraform_data" "slow" {
  input = terraform_data.many[999].output
  provisioner "local-exec" { command = "echo started; sleep 62.3" }
}
`,
    });
    const plan = await harness.execute({ phase: 'plan', configuration });
    const wish = { phase: 'apply' as const, configuration, plan: plan.artifacts.get('plan-file') };
    const apply = harness.server.enqueue(wish);
    await until(
      () => apply.log.includes('started') && apply.log.toString().split('"apply_complete"').length > 1000,
    );
    apply.signal = 'kill';
    expect(await apply.finished).toMatchObject({ outcome: 'canceled' });
    const many = lastState(apply).resources.find((resource) => resource.name === 'many');
    expect(many?.instances).toHaveLength(1000);
  });

  it('does not use http when the configuration reads the name of its workspace', async () => {
    const fresh = await startHarness();
    const text = 'resource "terraform_data" "many" {\n  count = 250\n  input = terraform.workspace\n}\n';
    const { apply } = await planAndApply(fresh, { configuration: packFiles({ 'main.tf': text }) });
    expect(apply.finish).toMatchObject({ outcome: 'succeeded' });
    expect(lastState(apply).resources[0]?.instances[0]?.attributes['output']).toMatchObject({
      value: 'prod',
    });
    expect(usedHttp(fresh)).toBe(false);
    await fresh.close();
  });
});
