/**
 * Runners that are killed while they fetch providers into an empty store, and checks of what the next runner finds.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_RELEASES } from '../no-releases.ts';
import { makeRoom } from '../../../src/runner/providers/evict.ts';
import { hashPackage, listPackage } from '../../../src/runner/providers/package-files.ts';
import { openProviderStore, type ProviderStore } from '../../../src/runner/providers/provider-store.ts';
import { startAgentServer, type AgentServer } from '../../runner/agent-server.ts';
import { packFiles } from '../../runner/configuration-archive.ts';
import { startRegistry, type ProviderRegistry } from './registry.ts';

export interface KillStory {
  /** The file of the provider (test-provider.ts), and the program that executes a step. */
  program: string;
  stepProgram: string;
  kills: number;
  /** The number of runs that want the same providers, none of which is stored yet. */
  atOnce: number;
  types: readonly [string, ...string[]];
}

export interface KillReport {
  /** For each kill, the number of archives whose download had begun. */
  begunAtKill: number[];
  /** For each kill, the number of packages that were complete. */
  wholeAtKill: number[];
  /** The faults found; empty if all is well. */
  faults: string[];
}

const TOKEN = 'agent-token-of-the-test';
const LATEST_MS = 1_500;

export async function killRunners(story: KillStory, tell: (line: string) => void): Promise<KillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-kills-'));
  const registry = await startRegistry(story.program, { types: [...story.types], paddingBytes: 512 * 1024 });
  const server = await startAgentServer(TOKEN);
  const store = openProviderStore(path.join(folder, 'providers'), () => {});
  const report: KillReport = { begunAtKill: [], wholeAtKill: [], faults: [] };
  const plan = planOf(registry, story.types);
  try {
    for (let round = 0; round <= story.kills; round += 1) {
      const runner = startRunnerProcess(folder, story, server);
      const complain = (what: string): void => void report.faults.push(`round ${round}: ${what}`);
      const later = server.enqueue(plan);
      const { outcome, message = '', providers = [] } = await later.finished;
      if (outcome !== 'succeeded') complain(`a later run ${outcome}: ${message}`);
      if (providers.length !== story.types.length) complain(`a later run had ${providers.length} providers`);
      for (const fault of await faultsOf(store)) complain(fault);
      await makeRoom(store.folder, { bytes: 0, freeBytes: 0 }, 0);
      if (round < story.kills) {
        const before = registry.archiveBytes;
        for (let count = 0; count < story.atOnce; count += 1) server.enqueue(plan);
        const border = before + Math.random() * registry.zipBytes * story.types.length;
        while (registry.archiveBytes <= border) await sleep(2);
        await sleep(Math.random() * LATEST_MS);
        report.begunAtKill.push(Math.ceil((registry.archiveBytes - before) / registry.zipBytes));
      }
      await killProcess(runner);
      server.forget();
      const whole = readdirSync(path.join(store.folder.root, 'packages')).length;
      if (round < story.kills) report.wholeAtKill.push(whole);
      tell(`kill ${round + 1}: ${whole} of ${story.types.length} were there`);
    }
    return report;
  } finally {
    await server.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function planOf(registry: ProviderRegistry, types: readonly string[]) {
  const sources = types.map((type) => [type, { source: registry.sourceOf(type) }]);
  const configuration = packFiles({
    'ca.pem': registry.authority,
    'main.tf.json': JSON.stringify({ terraform: { required_providers: Object.fromEntries(sources) } }),
  });
  const variables = [{ key: 'SSL_CERT_FILE', value: 'ca.pem', category: 'env' as const }];
  return { phase: 'plan' as const, configuration, variables, run: { planOnly: true } };
}

function startRunnerProcess(folder: string, story: KillStory, { url }: AgentServer): ChildProcess {
  const settings = {
    ...{ url, token: TOKEN, name: 'killed', stepProgram: story.stepProgram, slots: story.atOnce },
    ...{ workFolder: path.join(folder, 'work'), providerFolder: path.join(folder, 'providers') },
    ...{ sandbox: 'auto', isSealed: false, network: { mode: 'host', doors: [], networks: [] } },
    engine: { releases: NO_RELEASES, cacheFolder: path.join(folder, 'cache') },
  };
  const program = path.resolve(import.meta.dirname, '..', '..', 'runner', 'runner-process.ts');
  return spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions', '@runwright/source', program, JSON.stringify(settings)],
    { stdio: 'ignore' },
  );
}

async function killProcess(runner: ChildProcess): Promise<void> {
  const ended = once(runner, 'exit');
  runner.kill('SIGKILL');
  await ended;
}

/** Incomplete packages that a run could meet in the store, and what killed runners left there. */
async function faultsOf(store: ProviderStore): Promise<string[]> {
  const faults = readdirSync(store.folder.staging).map((name) => `staging has ${name}`);
  for (const name of await store.folder.listStored()) {
    const meta = await store.read(name);
    const held = meta && (await store.hold(meta));
    const hash = held && (await hashPackage(held.folder, await listPackage(held.folder)));
    held?.release();
    if (hash === undefined || hash !== meta?.h1) faults.push(`package ${name} is not whole`);
  }
  return faults;
}
