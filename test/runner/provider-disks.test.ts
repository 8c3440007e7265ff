/** Runners whose folders lie on small, other or read-only file systems. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { treeOf } from '../../src/runner/sandbox/process-tree.ts';
import { makeStoreFolder } from '../../src/runner/providers/store-folder.ts';
import { NO_RELEASES } from '../support/no-releases.ts';
import { startRegistry, type ProviderRegistry } from '../support/provider/registry.ts';
import { describeUse, testProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import { startAgentServer, type AgentServer, type ServedStep } from './agent-server.ts';
import { packFiles } from './configuration-archive.ts';
import { PROGRAM, until } from './harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MEGABYTE = 1024 ** 2;
/** Larger than the small file systems, and still a small archive. */
const UNPACKED_BYTES = 24 * MEGABYTE;
const SMALL = String(8 * MEGABYTE);
const TOKEN = 'agent-token-of-the-test';

interface Places {
  work: string;
  store: string;
}

needs(
  'terraform',
  'provider',
  'bwrap',
)('a runner', () => {
  let registry: ProviderRegistry;
  let root: string;
  let server: AgentServer;
  beforeAll(async () => {
    const { file } = await testProvider();
    registry = await startRegistry(file, { types: ['fixture', 'other'], emptyBytes: UNPACKED_BYTES });
    server = await startAgentServer(TOKEN);
    root = mkdtempSync(join(tmpdir(), 'rw-'));
  });
  afterAll(async () => {
    await server.close();
    await registry.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** Starts a runner that sees these mounts, and lets it make plans. Its own log is the last result. */
  async function planWith(
    mounts: (places: Places) => string[],
    use: (
      plan: (type?: string) => Promise<ServedStep>,
      seen: (path: string) => string[],
      places: Places,
    ) => Promise<void>,
  ): Promise<string> {
    // Sockets of providers are below it, and their paths may have 107 bytes.
    const folder = mkdtempSync(join(root, 'r-'));
    const places = { work: join(folder, 'w'), store: join(folder, 'providers') };
    mkdirSync(places.work);
    await makeStoreFolder(places.store);
    const settings = {
      ...{ url: server.url, token: TOKEN, name: 'disks', stepProgram: PROGRAM, slots: 1 },
      ...{ workFolder: places.work, providerFolder: places.store, isSealed: false, sandbox: 'off' },
      network: { mode: 'host', doors: [], networks: [] },
      engine: { releases: NO_RELEASES, cacheFolder: join(folder, 'cache') },
    };
    const program = join(import.meta.dirname, 'runner-process.ts');
    const node = [process.execPath, '--import', 'tsx', '--conditions', '@runwright/source', program];
    const child = spawn(
      'bwrap',
      ['--die-with-parent', '--dev-bind', '/', '/', ...mounts(places), ...node, JSON.stringify(settings)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const innerPid = () => treeOf(child.pid ?? 0).find((pid) => pid !== child.pid) ?? 0;
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const variables = [{ key: 'SSL_CERT_FILE', value: 'ca.pem', category: 'env' as const }];
    try {
      await use(
        async (type = 'fixture') => {
          const configuration = packFiles({
            'ca.pem': registry.authority,
            'fixture.tf.json': describeUse(registry.sourceOf(type)),
            'main.tf': 'output "a" { value = 1 }',
          });
          const served = server.enqueue({ phase: 'plan', configuration, variables, run: { planOnly: true } });
          await served.finished;
          return served;
        },
        (path) => readdirSync(`/proc/${innerPid()}/root${path}`),
        places,
      );
    } finally {
      // The server learns of its end before the next runner claims.
      process.kill(innerPid(), 'SIGKILL');
      await once(child, 'close');
      await sleep(100);
    }
    return said;
  }
  const used = ({ finish }: ServedStep) => finish?.providers?.map(({ source }) => source);
  const nothingHalf = (seen: (path: string) => string[], { store }: Places) =>
    ['packages', 'meta', 'staging', 'trash'].map((name) => seen(join(store, name)));

  it('whose store has its own disk keeps providers there', async () => {
    await planWith(
      ({ store }) => ['--tmpfs', store],
      async (plan, seen, { store }) => {
        expect([used(await plan()), used(await plan())]).toEqual([['registry'], ['store']]);
        expect([seen(join(store, 'packages')).length, seen(join(store, 'staging'))]).toEqual([1, []]);
      },
    );
  });

  it('whose store is full makes its runs without it', async () => {
    const said = await planWith(
      ({ store }) => ['--size', SMALL, '--tmpfs', store],
      async (plan, seen, places) => {
        for (let count = 0; count < 2; count += 1) {
          const served = await plan();
          expect([served.finish?.outcome, served.log.toString()]).toEqual(['succeeded', expect.anything()]);
          expect(used(served)).toEqual(['registry']);
          expect(nothingHalf(seen, places)).toEqual([[], [], [], []]);
        }
      },
    );
    expect(said).toContain('a provider is not kept for other runs');
  });

  it('whose work folder is full ends the run with one error that names the place', async () => {
    await planWith(
      ({ work }) => ['--size', SMALL, '--tmpfs', work],
      async (plan, seen, places) => {
        const served = await plan();
        expect(served.finish).toMatchObject({
          outcome: 'errored',
          message: 'The disk of this runner is full: the providers of this run do not fit',
        });
        expect(served.log.toString().match(/Error: The disk of this runner is full/g)).toHaveLength(1);
        expect(served.log.toString()).toMatch(/has [\d.]+ \wB free/);
        expect(nothingHalf(seen, places)).toEqual([[], [], [], []]);
        await until(() => !seen(places.work).includes(served.step.run.id));
      },
    );
  });

  it('whose store has become read-only uses what it has, and makes other runs without it', async () => {
    let kept = '';
    await planWith(
      ({ store }) => ['--bind', (kept = store), store],
      async (plan) => expect(used(await plan())).toEqual(['registry']),
    );
    const said = await planWith(
      ({ store }) => ['--ro-bind', kept, store],
      async (plan) => {
        // What it has is used.
        expect(used(await plan())).toEqual(['store']);
        const served = await plan('other');
        expect([served.finish?.outcome, served.log.toString()]).toEqual(['succeeded', expect.anything()]);
        expect(used(served)).toEqual(['registry']);
      },
    );
    expect(said).toContain('the store of providers cannot be written');
  });
});
