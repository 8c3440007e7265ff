import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NO_RELEASES } from '../support/no-releases.ts';
import { startRunner } from '../../src/runner/main.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState, PROGRAM, startHarness, until } from './harness.ts';
import { countProcesses } from './processes.ts';
import { needs } from '../support/programs.ts';

/** A command that is unique to this process, since other runs of these tests have theirs. */
const SLEEP = `sleep 63.${process.pid}`;
const SLEEPER = SLEEP.replace(' ', '\0');
const CONFIGURATION = packFiles({
  'main.tf': `
resource "terraform_data" "quick" { input = "done" }
resource "terraform_data" "slow" {
  input = terraform_data.quick.output
  provisioner "local-exec" { command = "mkfifo errored.tfstate; mkfifo pipe; echo started; ${SLEEP}" }
}
`,
});

const sandboxes = [
  { sandbox: 'required', describe: needs('terraform', 'bwrap') },
  // Here terraform outlives its runner, and the next runner ends it.
  { sandbox: 'off', describe: needs('terraform') },
] as const;

for (const { sandbox, describe: describeWhereItWorks } of sandboxes) {
  describeWhereItWorks(`a runner killed during an apply, sandbox ${sandbox}`, () => {
    it('has its state delivered by the next one, even with pipes left beside it', async () => {
      const harness = await startHarness();
      const plan = await harness.execute({ phase: 'plan', configuration: CONFIGURATION });
      await harness.runner.drain();

      const { server, folder, workFolder } = harness;
      const settings = {
        ...{
          url: server.url,
          token: 'agent-token-of-the-test',
          name: 'second',
          stepProgram: PROGRAM,
          slots: 1,
          workFolder,
          sandbox,
          network: { mode: 'host' as const, doors: [], networks: [] },
        },
        isSealed: false,
        providerFolder: join(folder, 'providers'),
        engine: { releases: NO_RELEASES, cacheFolder: join(folder, 'cache') },
        limits: { deliveryMs: 10_000, graceMs: 10_000 },
      };
      const program = join(import.meta.dirname, 'runner-process.ts');
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', '--conditions', '@runwright/source', program, JSON.stringify(settings)],
        { stdio: 'inherit' },
      );
      const wish = {
        phase: 'apply' as const,
        configuration: CONFIGURATION,
        plan: plan.artifacts.get('plan-file'),
      };
      const apply = server.enqueue(wish);
      // No state may arrive before the death, so that any later one comes from the leftovers.
      const mend = server.breakWhile((method, path) => method === 'PUT' && path.endsWith('/state'), 'before');
      await until(() => apply.log.includes('started') && countProcesses(SLEEPER) > 0);
      child.kill('SIGKILL');
      await once(child, 'exit');
      mend();
      expect(apply.states).toEqual([]);

      const next = startRunner({ ...settings, log: () => {} });
      await until(() => apply.states.length > 0);
      expect(lastState(apply).resources.map((resource) => resource.name)).toEqual(['quick']);
      await until(() => countProcesses(SLEEPER) === 0);
      await until(() => !readdirSync(workFolder).includes(apply.step.run.id));
      await next.stop({ graceMs: 0 });
      await harness.close();
    });
  });
}
