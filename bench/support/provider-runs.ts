/** Runs with a provider from a registry on loopback: with plain terraform, and with the server. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uploadFolder } from '../../src/cli/upload/upload-folder.ts';
import type { ProviderRegistry } from '../../test/support/provider/registry.ts';
import { type BenchServer } from './server.ts';
import { median } from './table.ts';

const LOCK_FILE = '.terraform.lock.hcl';

export interface Timing {
  planMs: number;
  applyMs: number;
}
export interface Measured extends Timing {
  requests: number;
  bytes: number;
}

/** @param registry undefined: a configuration with only built-in providers */
function configurationFor(registry: ProviderRegistry | undefined, lock: string | undefined): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-bench-'));
  if (registry === undefined) {
    writeFileSync(path.join(folder, 'main.tf'), 'resource "terraform_data" "it" {\n  input = "one"\n}\n');
    return folder;
  }
  writeFileSync(
    path.join(folder, 'main.tf'),
    `terraform {\n  required_providers {\n    fixture = { source = "${registry.source}" }\n  }\n}\nresource "fixture_thing" "it" {\n  name = "one"\n}\n`,
  );
  writeFileSync(path.join(folder, 'ca.pem'), registry.authority);
  if (lock !== undefined) writeFileSync(path.join(folder, LOCK_FILE), lock);
  return folder;
}

/** As on a CI machine: a fresh folder for the plan, and another for the apply. */
export async function runPlain(
  registry: ProviderRegistry,
  lock: string | undefined,
  cacheFolder?: string,
): Promise<Timing & { lock: string }> {
  const cache = cacheFolder === undefined ? {} : { TF_PLUGIN_CACHE_DIR: cacheFolder };
  const [first, second] = [configurationFor(registry, lock), configurationFor(registry, lock)];
  const terraform = async (folder: string, ...args: string[]): Promise<void> => {
    const child = spawn('terraform', args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        SSL_CERT_FILE: 'ca.pem',
        CHECKPOINT_DISABLE: '1',
        ...cache,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`terraform ${args[0]} ended with ${code}`);
  };
  const planAt = performance.now();
  await terraform(first, 'init', '-input=false');
  await terraform(first, 'plan', '-input=false', '-out=it.tfplan');
  await terraform(first, 'show', '-json', 'it.tfplan');
  const applyAt = performance.now();
  const made = readFileSync(path.join(first, LOCK_FILE), 'utf8');
  writeFileSync(path.join(second, LOCK_FILE), made);
  await terraform(second, 'init', '-input=false');
  await terraform(second, 'apply', '-input=false', path.join(first, 'it.tfplan'));
  const endAt = performance.now();
  for (const folder of [first, second]) await rm(folder, { recursive: true });
  return { planMs: applyAt - planAt, applyMs: endAt - applyAt, lock: made };
}

async function newWorkspace({ client }: BenchServer, organization: string, folder: string): Promise<string> {
  const { id } = await client.workspaces.create(organization, {
    name: `it-${Math.random().toString(36).slice(2)}`,
  });
  const certificate = { key: 'SSL_CERT_FILE', value: 'ca.pem', category: 'env' as const };
  await client.variables.create(id, certificate);
  await uploadFolder(client, id, folder, { autoQueueRuns: false });
  return id;
}

async function reached({ client }: BenchServer, runId: string, status: string): Promise<number> {
  const run = await client.waitForRun(runId, {
    intervalMs: 50,
    until: (seen) => seen.attributes.status === status || seen.attributes.status === 'errored',
  });
  if (run.attributes.status !== status) throw new Error(`the run is ${run.attributes.status}`);
  const { data } = await client.runs.events(runId);
  const createdAt = data.find(({ attributes }) => attributes.action === status)?.attributes['created-at'];
  if (createdAt === undefined) throw new Error(`the run has no event ${status}`);
  return Date.parse(createdAt);
}

export async function runOurs(
  server: BenchServer,
  organization: string,
  registry: ProviderRegistry | undefined,
  lock: string | undefined,
): Promise<Timing> {
  const folder = configurationFor(registry, lock);
  const workspaceId = await newWorkspace(server, organization, folder);
  await rm(folder, { recursive: true });
  const startedAt = Date.now();
  const { id } = await server.client.runs.create({ workspace_id: workspaceId });
  const planMs = (await reached(server, id, 'planned')) - startedAt;
  const confirmedAt = Date.now();
  await server.client.runs.apply(id);
  return { planMs, applyMs: (await reached(server, id, 'applied')) - confirmedAt };
}

export async function measured(
  registry: ProviderRegistry,
  act: () => Promise<Timing>,
  rounds: number,
): Promise<Measured> {
  const [requests, bytes] = [registry.requests.length, registry.archiveBytes];
  const all: Timing[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await act());
  return {
    planMs: median(all.map(({ planMs }) => planMs)),
    applyMs: median(all.map(({ applyMs }) => applyMs)),
    requests: (registry.requests.length - requests) / rounds,
    bytes: (registry.archiveBytes - bytes) / rounds,
  };
}

export async function newOrganization({ client }: BenchServer): Promise<string> {
  const name = `bench-${Math.random().toString(36).slice(2)}`;
  await client.organizations.create({ name, email: 'bench@example.com' });
  return name;
}

/** The time from a cancel during a download to the end of the run. */
export async function cancelOne(
  server: BenchServer,
  organization: string,
  registry: ProviderRegistry,
): Promise<number> {
  const folder = configurationFor(registry, undefined);
  const workspaceId = await newWorkspace(server, organization, folder);
  await rm(folder, { recursive: true });
  registry.trouble = { bytesPerSecond: registry.zipBytes / 60 };
  try {
    const before = registry.archiveBytes;
    const { id } = await server.client.runs.create({ workspace_id: workspaceId });
    while (registry.archiveBytes === before) await sleep(10);
    const canceledAt = Date.now();
    await server.client.runs.cancel(id);
    return (await reached(server, id, 'canceled')) - canceledAt;
  } finally {
    registry.trouble = undefined;
  }
}

/** The largest size of the runs' folders on the disk during `act`, in bytes; the store is not counted. */
export async function mostOnDisk(home: string, act: () => Promise<unknown>): Promise<number> {
  const measure = (): number => {
    const args = ['-sB1', '--exclude=.providers', path.join(home, 'runner')];
    try {
      return Number(
        execFileSync('du', args, { stdio: ['ignore', 'pipe', 'ignore'] })
          .toString()
          .split('\t')[0],
      );
    } catch {
      // A folder was removed during the measurement.
      return 0;
    }
  };
  const before = measure();
  let most = 0;
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      most = Math.max(most, measure() - before);
      await sleep(50);
    }
  })();
  await act();
  isOver = true;
  await looking;
  return most;
}
