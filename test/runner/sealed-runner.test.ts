/** Runners that fetch no providers themselves: they have those that were imported, or those of the server's mirror. */
import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { importMirror } from '../../src/runner/providers/import.ts';
import { openProviderStore } from '../../src/runner/providers/provider-store.ts';
import { exportStore, type Transferred } from '../../src/runner/providers/transfer.ts';
import { startRegistry, type ProviderRegistry } from '../support/provider/registry.ts';
import { describeUse, testProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import { packFiles } from './configuration-archive.ts';
import { planAndApply, startHarness } from './harness.ts';
import { LOCK_FILE, readLockOf } from './plan-lock.ts';
import type { StepWish } from './agent-server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** Fetches with the command what the lock file names, and another provider whose signature is of a strange key. */
async function exportSigned(folder: string, lock: string, registry: ProviderRegistry): Promise<string> {
  const target = join(folder, 'signed');
  const lockFile = join(folder, LOCK_FILE);
  const authority = join(folder, 'ca.pem');
  writeFileSync(lockFile, `${lock}\nprovider "${registry.sourceOf('bare')}" {\n  version = "1.0.0"\n}\n`);
  writeFileSync(authority, registry.authority);
  registry.trouble = { badSignature: true, only: /bare/ };
  const program = resolve(import.meta.dirname, '..', '..', 'bin', 'runwright');
  const parameters = [program, 'providers', 'export', target, '--lock', lockFile, '--json'];
  const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: authority };
  const failed = await promisify(execFile)(process.execPath, parameters, { env }).catch(
    (error: unknown) => error as { code: number; stdout: string },
  );
  const { providers } = JSON.parse(failed.stdout) as { providers: Transferred[] };
  expect(providers.map(({ path, problem }) => [path.split('/')[2], problem])).toEqual([
    ['fixture', undefined],
    ['bare', expect.stringContaining('not signed by the trusted key')],
  ]);
  expect(failed).toHaveProperty('code', 1);
  expect(readdirSync(join(target, registry.sourceOf('bare')))).toEqual([]);
  return target;
}

needs(
  'terraform',
  'provider',
  'bwrap',
)('a runner that may not download', () => {
  it('has the providers imported from another, with and without a lock file, and says what it lacks', async () => {
    const { file } = await testProvider();
    const registry = await startRegistry(file, { types: ['fixture', 'bare'] });
    const first = await startHarness();
    const files = {
      'ca.pem': registry.authority,
      'fixture.tf.json': describeUse(registry.source),
      'main.tf': 'resource "fixture_thing" "it" {\n  name = "one"\n}\n',
    };
    const variables = [
      { key: 'SSL_CERT_FILE', value: 'ca.pem', category: 'env' as const, form: 'string' as const },
    ];
    const wish = (more: Record<string, string> = {}): Omit<StepWish, 'phase'> => ({
      configuration: packFiles({ ...files, ...more }),
      variables,
    });
    const made = await first.execute({ ...wish(), phase: 'plan' });
    const lock = readLockOf(made);
    const signed = await exportSigned(first.folder, lock, registry);
    await registry.close();

    const sealed = await startHarness({ isSealed: true });
    const lacks = await sealed.execute({ ...wish(), phase: 'plan' });
    expect(lacks.finish?.outcome).toBe('errored');
    expect(lacks.log.toString()).toContain('This runner fetches no providers');
    expect(lacks.log.toString()).toContain(registry.source);

    const exported = join(first.folder, 'exported');
    const said: Transferred[] = [];
    const sealedStore = openProviderStore(join(sealed.folder, 'providers'), () => {});
    for await (const each of importMirror(sealedStore, signed)) said.push(each);
    for await (const each of exportStore(
      openProviderStore(join(first.folder, 'providers'), () => {}),
      exported,
    ))
      said.push(each);
    for await (const each of importMirror(sealedStore, exported)) said.push(each);
    expect(said.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined]);

    const { plan, apply } = await planAndApply(sealed, wish({ [LOCK_FILE]: lock }));
    const unlocked = await sealed.execute({ ...wish(), phase: 'plan' });
    for (const served of [plan, apply, unlocked]) {
      expect(served.finish?.outcome).toBe('succeeded');
      expect(served.finish?.providers?.map(({ source, proof }) => `${source} ${proof}`)).toEqual([
        expect.stringMatching(/^store imported by .*, signed by key [0-9A-F]{16}$/),
      ]);
    }
    await first.close();
    await sealed.close();
  });

  it('takes no provider from a server that it reaches over http, and says why', async () => {
    const mirrored = await startHarness({ usesMirror: true });
    const served = await mirrored.execute({
      phase: 'plan',
      configuration: packFiles({ 'fixture.tf.json': describeUse('registry.example.com/acme/fixture') }),
    });
    expect(served.finish).toMatchObject({
      outcome: 'errored',
      message: 'Providers cannot be taken from the mirror of the server',
    });
    expect(served.log.toString()).toContain('over https only');
    await mirrored.close();
  });
});
