import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_RELEASES } from '../support/no-releases.ts';
import { startRunner, type Runner, type RunnerSettings } from '../../src/runner/main.ts';
import { startAgentServer, type AgentServer, type ServedStep, type StepWish } from './agent-server.ts';

/** A runner and the server that it works for, in their own folder. */
export interface Harness {
  server: AgentServer;
  runner: Runner;
  folder: string;
  workFolder: string;
  /** All messages in the runner's own log. */
  messages: string[];
  execute(wish: StepWish): Promise<ServedStep>;
  close(): Promise<void>;
}

export const PROGRAM = resolve(import.meta.dirname, '..', '..', 'dist', 'step.js');
const TOKEN = 'agent-token-of-the-test';

export async function startHarness(settings: Partial<RunnerSettings> = {}): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'runwright-runner-'));
  const server = await startAgentServer(TOKEN);
  const messages: string[] = [];
  const workFolder = join(folder, 'work');
  const runner = startRunner({
    url: server.url,
    token: TOKEN,
    name: 'test',
    stepProgram: PROGRAM,
    slots: 1,
    workFolder,
    engine: { releases: NO_RELEASES, cacheFolder: join(folder, 'cache') },
    isSealed: false,
    providerFolder: join(folder, 'providers'),
    sandbox: 'auto',
    network: { mode: 'host', doors: [], networks: [] },
    log: (level, message, fields) => messages.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
    ...settings,
  });
  return {
    server,
    runner,
    folder,
    workFolder,
    messages,
    async execute(wish) {
      const served = server.enqueue(wish);
      await served.finished;
      return served;
    },
    async close() {
      await runner.stop({ graceMs: 0 });
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until `condition` holds, at most until the test's own timeout. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

/** Plans and then applies one configuration. */
export async function planAndApply(
  harness: Harness,
  wish: Omit<StepWish, 'phase'>,
): Promise<{ plan: ServedStep; apply: ServedStep }> {
  const plan = await harness.execute({ ...wish, phase: 'plan' });
  const planFile = plan.artifacts.get('plan-file');
  if (!planFile) throw new Error(`there is no plan file; the log says:\n${plan.log.toString()}`);
  const folder = plan.artifacts.get('plan-folder');
  const apply = await harness.execute({ ...wish, phase: 'apply', plan: planFile, folder });
  return { plan, apply };
}

export function lastState(served: ServedStep): StateText {
  const bytes = served.states.at(-1);
  if (!bytes) throw new Error(`there is no state; the log says:\n${served.log.toString()}`);
  return JSON.parse(bytes.toString()) as StateText;
}

export interface StateText {
  serial: number;
  lineage: string;
  outputs: Record<string, { value: unknown }>;
  resources: { name: string; instances: { status?: string; attributes: Record<string, unknown> }[] }[];
}
