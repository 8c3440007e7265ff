/** Providers that cannot be started, do not stop, or tell secrets. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { hostPlatform } from '../../src/runner/host-platform.ts';
import { startCloud } from '../support/provider/cloud.ts';
import { describeUse, testProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import { makeTarGz, packFiles } from './configuration-archive.ts';
import { lastState, startHarness, until } from './harness.ts';
import { countProcessesWith } from './processes.ts';

vi.setConfig({ testTimeout: 120_000 });

const SOURCE = 'fixtures.test/runwright/fixture';
/** Unique to this process, since other runs of these tests have theirs. */
const VERSION = `1.0.${process.pid}`;
const PROGRAM = `terraform.d/plugins/${SOURCE}/${VERSION}/${hostPlatform()}/terraform-provider-fixture`;

const sandboxes = [
  { sandbox: 'required', describe: needs('terraform', 'provider', 'bwrap') },
  { sandbox: 'off', describe: needs('terraform', 'provider') },
] as const;

for (const { sandbox, describe: describeWhereItWorks } of sandboxes) {
  describeWhereItWorks(`a provider of a run in a sandbox that is ${sandbox}`, () => {
    it('that ignores a stop is killed with its run, which keeps what was finished', async () => {
      const cloud = await startCloud();
      const { file } = await testProvider();
      const harness = await startHarness({ sandbox });
      const configuration = packFiles({
        [PROGRAM]: readFileSync(file, 'utf8'),
        'fixture.tf.json': describeUse(SOURCE, { url: cloud.url }),
        'main.tf': `
resource "fixture_thing" "quick" { name = "quick" }
resource "fixture_thing" "deaf" {
  name     = "deaf"
  deaf     = true
  hang_at  = ["create"]
  tags     = { after = fixture_thing.quick.id }
}
`,
      });
      const plan = await harness.execute({ phase: 'plan', configuration });
      const apply = harness.server.enqueue({
        ...{ phase: 'apply', configuration },
        ...{ plan: plan.artifacts.get('plan-file'), folder: plan.artifacts.get('plan-folder') },
      });
      const calls = () => cloud.calls.filter(({ call }) => call === 'ApplyResourceChange').length;
      await until(() => calls() === 2 && apply.states.length > 0);
      apply.signal = 'interrupt';
      await until(() => cloud.calls.some(({ call }) => call === 'StopProvider'));
      expect([apply.finish, countProcessesWith(VERSION)]).toEqual([undefined, 1]);
      apply.signal = 'kill';
      expect(await apply.finished).toMatchObject({ outcome: 'canceled' });
      expect(lastState(apply).resources.map(({ name }) => name)).toEqual(['quick']);
      await until(() => countProcessesWith(VERSION) === 0);
      // Sockets of providers are in the folder of the step.
      await until(() => !existsSync(join(harness.workFolder, apply.step.run.id)));
      await harness.close();
      await cloud.close();
    });

    // The others do not depend on the sandbox.
    if (sandbox === 'off') return;

    it('that this machine cannot start is explained with the platform', async () => {
      const harness = await startHarness({ sandbox });
      const elf = Buffer.from(
        `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x02\0\xb7\0\x01${'\0'.repeat(99)}`,
        'latin1',
      );
      for (const [program, words] of [
        [elf, 'another machine (exec format error)'],
        ['#!/nowhere/interpreter\n', 'interpreter that is not there'],
      ] as const) {
        const configuration = makeTarGz([
          { path: PROGRAM, text: program, mode: 0o755 },
          { path: 'fixture.tf.json', text: describeUse(SOURCE) },
          { path: 'main.tf', text: 'resource "fixture_thing" "it" {}\n' },
        ]);
        const plan = await harness.execute({ phase: 'plan', configuration });
        expect(plan.finish).toMatchObject({
          outcome: 'errored',
          message: `A provider cannot be started on this runner (${hostPlatform()})`,
        });
        expect(plan.log.toString()).toContain(words);
        expect(plan.log.toString()).toContain(SOURCE);
      }
      await harness.close();
    });

    it('that tells its secrets tells them neither to the log nor to the trace of a run in debugging mode', async () => {
      const { file } = await testProvider();
      const harness = await startHarness({ sandbox });
      const configuration = packFiles({
        [PROGRAM]: readFileSync(file, 'utf8'),
        'fixture.tf.json': describeUse(SOURCE),
        'main.tf': `
variable "secret" {}
resource "fixture_thing" "it" {
  secret  = var.secret
  leak_to = ["stderr", "stdout", "diagnostic"]
  fail_at = ["plan"]
}
`,
      });
      const variables = [
        { key: 'secret', value: 'Winter! 1987 "(x)" <&>', sensitive: true },
        { key: 'OTHER_SECRET', value: 'summer\nof-1988', sensitive: true, category: 'env' as const },
      ];
      const run = { debuggingMode: true };
      const plan = await harness.execute({ phase: 'plan', configuration, variables, run });
      const trace = plan.artifacts.get('debug-log')?.toString() ?? '';
      expect([plan.finish?.outcome, plan.log.toString()]).toEqual([
        'errored',
        expect.stringContaining('The plan failed'),
      ]);
      // The provider's own words are there.
      expect(trace).toContain('the secret is');
      for (const text of [trace, plan.log.toString(), JSON.stringify(plan.finish)])
        for (const part of ['Winter', '1987', 'of-1988']) expect(text).not.toContain(part);
      await harness.close();
    });
  });
}
