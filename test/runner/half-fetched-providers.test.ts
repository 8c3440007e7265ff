/** Providers whose download broke off, and what remains of them for the next run. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { NO_RELEASES } from '../support/no-releases.ts';
import { killRunners } from '../support/provider/killed-runners.ts';
import { plainTerraform } from '../support/provider/plain-terraform.ts';
import { startRegistry } from '../support/provider/registry.ts';
import { describeUse, testProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import { packFiles } from './configuration-archive.ts';
import { PROGRAM, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: 180_000 });

const MEGABYTE = 1024 ** 2;

needs('terraform', 'provider')('a provider download', () => {
  it('that breaks off leaves nothing of the provider behind, unlike a shared plugin cache', async () => {
    const { file } = await testProvider();
    const registry = await startRegistry(file, { emptyBytes: 16 * MEGABYTE });
    const files = { 'ca.pem': registry.authority, 'fixture.tf.json': describeUse(registry.source) };
    const variables = [{ key: 'SSL_CERT_FILE', value: 'ca.pem', category: 'env' as const }];
    const wish = { phase: 'plan' as const, variables, run: { planOnly: true } };
    const configuration = packFiles({ ...files, 'main.tf': 'output "a" { value = 1 }' });
    // The limit is smaller than the provider, so terraform can write only a part of it.
    const narrow = await startHarness({ limits: { diskBytes: 4 * MEGABYTE } });
    const broken = await narrow.execute({ ...wish, configuration });
    expect(broken.finish?.outcome).toBe('errored');
    const providerFolder = join(narrow.folder, 'providers');
    for (const name of ['packages', 'meta', 'staging'])
      expect([name, readdirSync(join(providerFolder, name))]).toEqual([name, []]);
    const wide = await startHarness({ providerFolder });
    const whole = await wide.execute({ ...wish, configuration });
    expect([whole.finish?.outcome, whole.log.toString()]).toEqual(['succeeded', expect.anything()]);

    const cache = join(wide.folder, 'cache-of-plugins');
    mkdirSync(cache);
    const environment = {
      ...{ SSL_CERT_FILE: 'ca.pem', TF_PLUGIN_CACHE_DIR: cache },
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
    };
    const plain = plainTerraform(files, environment);
    const limited = ['-c', `ulimit -f ${(4 * MEGABYTE) / 512}; exec terraform init -no-color`];
    const env = { PATH: process.env['PATH'], HOME: plain.folder, CHECKPOINT_DISABLE: '1', ...environment };
    await expect(promisify(execFile)('sh', limited, { cwd: plain.folder, env })).rejects.toThrow();
    const bytes = registry.archiveBytes;
    await plain.succeed(['init']);
    const taken = readFileSync(join(plain.folder, '.terraform.lock.hcl'), 'utf8');
    const [h1 = ''] = whole.finish?.providers?.map((use) => use.h1 ?? '') ?? [];
    expect([registry.archiveBytes - bytes, h1.startsWith('h1:'), taken.includes(h1)]).toEqual([
      0,
      true,
      false,
    ]);
    plain.remove();
    await narrow.close();
    await wide.close();
    await registry.close();
  });

  it('that fails on a full disk is repeated once others have made room, or else names the full place', async () => {
    const { file } = await testProvider();
    const registry = await startRegistry(file, { types: ['fixture', 'other'] });
    const harness = await startHarness({ sandbox: 'off' });
    const marker = join(harness.folder, 'is-full');
    const engine = join(harness.folder, 'engine');
    // Prints terraform's error once for each line of the marker.
    const script = `#!/bin/sh
if [ "$1" = init ] && [ -s ${marker} ]; then
  sed -i 1d ${marker}
  echo "Error: write /tmp/x.zip: no space left on device" >&2
  exit 1
fi
exec terraform "$@"
`;
    writeFileSync(engine, script, { mode: 0o755 });
    const cacheFolder = join(harness.folder, 'cache');
    const full = await startHarness({
      ...{ sandbox: 'off', providerFolder: join(harness.folder, 'providers') },
      engine: { pinnedPath: engine, releases: NO_RELEASES, cacheFolder },
      limits: { providerStoreBytes: 1 },
    });
    const plan = async (times: number, type: string) => {
      writeFileSync(marker, 'full\n'.repeat(times));
      const use = { 'ca.pem': registry.authority, 'fixture.tf.json': describeUse(registry.sourceOf(type)) };
      const variables = [{ key: 'SSL_CERT_FILE', value: 'ca.pem', category: 'env' as const }];
      const runner = times === 0 ? harness : full;
      return await runner.execute({
        phase: 'plan',
        configuration: packFiles(use),
        variables,
        run: { planOnly: true },
      });
    };
    expect((await plan(0, 'other')).finish?.outcome).toBe('succeeded');
    const served = await plan(1, 'fixture');
    expect([served.finish?.outcome, served.log.toString()]).toEqual([
      'succeeded',
      expect.not.stringContaining('no space left'),
    ]);
    const none = await plan(1, 'fixture');
    expect(none.finish).toMatchObject({
      outcome: 'errored',
      message: 'The disk of this runner is full: the providers of this run do not fit',
    });
    expect(none.log.toString()).toMatch(/no space left on device[\s\S]*box\/tmp has [\d.]+ \wB free/);
    for (const each of [harness, full]) await each.close();
    await registry.close();
  });

  // `npm run bench:kills` does the same fifty times.
  it('that ends with a kill of the runner is repeated by the next one, which finds no partial package', async () => {
    const { file } = await testProvider();
    const story = { kills: 1, atOnce: 3, types: ['one', 'two'] as const };
    const { wholeAtKill, faults } = await killRunners(
      { program: file, stepProgram: PROGRAM, ...story },
      () => {},
    );
    expect([wholeAtKill.length, faults]).toEqual([1, []]);
  });
});
