/**
 * What a provider's size costs a run: plan and apply over a signed registry on loopback, in runs whose providers are
 * kept, in the first run, and in plain terraform with and without a plugin cache. Sizes in MB are arguments: 0 200. On two
 * cores with a load of twenty, 0 50 took 13 minutes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { uploadFolder } from '../src/cli/upload/upload-folder.ts';
import { buildProvider } from '../test/support/provider/build.ts';
import { startRegistry, type ProviderRegistry } from '../test/support/provider/registry.ts';
import { newHome, removeHome, startBenchServer, type BenchServer } from './support/server.ts';
import { median, ms, ratio, report } from './support/table.ts';

const LOCK_FILE = '.terraform.lock.hcl';
const ROUNDS = 3;
const AT_ONCE = 8;

interface Timing {
  planMs: number;
  applyMs: number;
}
interface Measured extends Timing {
  requests: number;
  bytes: number;
}

function configurationFor(registry: ProviderRegistry, lock: string | undefined): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-bench-'));
  writeFileSync(
    path.join(folder, 'main.tf'),
    `terraform {\n  required_providers {\n    fixture = { source = "${registry.source}" }\n  }\n}\nresource "fixture_thing" "it" {\n  name = "one"\n}\n`,
  );
  writeFileSync(path.join(folder, 'ca.pem'), registry.authority);
  if (lock !== undefined) writeFileSync(path.join(folder, LOCK_FILE), lock);
  return folder;
}

/** As on a machine of CI: a fresh folder for the plan, and another for the apply. */
async function runPlain(
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

async function runOurs(
  server: BenchServer,
  organization: string,
  registry: ProviderRegistry,
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

async function measured(
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

async function newOrganization({ client }: BenchServer): Promise<string> {
  const name = `bench-${Math.random().toString(36).slice(2)}`;
  await client.organizations.create({ name, email: 'bench@example.com' });
  return name;
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [0, 200];
const tools = mkdtempSync(path.join(tmpdir(), 'runwright-bench-'));
const program = path.join(tools, 'provider');
await buildProvider(program);
const home = newHome();
const server = await startBenchServer(home, {
  RUNWRIGHT_RUN_NETWORK: 'host',
  RUNWRIGHT_RUNNERS: String(AT_ONCE),
});
const rows: string[][] = [];
try {
  for (const megabytes of sizes) {
    const registry = await startRegistry(program, { paddingBytes: megabytes * 1024 ** 2 });
    const size = megabytes === 0 ? 'tiny' : `${megabytes} MB`;
    const show = (way: string, { planMs, applyMs, requests, bytes }: Measured, plain?: Measured) =>
      rows.push([
        size,
        way,
        ms(planMs),
        ms(applyMs),
        plain ? ratio((planMs + applyMs) / (plain.planMs + plain.applyMs)) : '',
        `${Math.round(requests)}`,
        ratio(bytes / registry.zipBytes),
      ]);
    const { lock } = await runPlain(registry, undefined);
    const organization = await newOrganization(server);
    const cache = mkdtempSync(path.join(tools, 'cache-'));
    const plain = await measured(registry, async () => await runPlain(registry, lock), ROUNDS);
    await runPlain(registry, lock, cache);
    const cached = await measured(registry, async () => await runPlain(registry, lock, cache), ROUNDS);
    const cold = await measured(registry, async () => await runOurs(server, organization, registry, lock), 1);
    const warm = await measured(
      registry,
      async () => await runOurs(server, organization, registry, lock),
      ROUNDS,
    );
    const unlocked = await measured(
      registry,
      async () => await runOurs(server, organization, registry, undefined),
      ROUNDS,
    );
    const many = await newOrganization(server);
    const startedAt = Date.now();
    const atOnce = await measured(
      registry,
      async () => {
        const all = await Promise.all(
          Array.from({ length: AT_ONCE }, async () => await runOurs(server, many, registry, lock)),
        );
        return all[0] as Timing;
      },
      1,
    );
    const wallMs = Date.now() - startedAt;
    show('plain terraform', plain);
    show('plain, warm plugin_cache_dir', cached, plain);
    show('Runwright, first run', cold, plain);
    show('Runwright, kept, lock file', warm, plain);
    show('Runwright, kept, no lock file', unlocked, plain);
    rows.push([
      size,
      `Runwright, ${AT_ONCE} first runs at once`,
      `${ms(wallMs)} all`,
      '',
      `${ratio(wallMs / (cold.planMs + cold.applyMs))} of one`,
      `${Math.round(atOnce.requests)}`,
      ratio(atOnce.bytes / registry.zipBytes),
    ]);
    await registry.close();
  }
} finally {
  await server.stop();
  await removeHome(home);
  await rm(tools, { recursive: true });
}
report(
  'providers',
  [
    `Embedded database, built-in runner, sandbox where bubblewrap works; medians of ${ROUNDS}. A resource of one provider, of incompressible`,
    'bytes. Plain is init, plan, show, and in another folder init, apply, as in CI; ours is from the request to the transaction that makes',
    'the run planned, or applied. Bytes are those of archives, over the size of one. Times compared are planned + applied over plain.',
  ],
  ['provider', 'way', 'planned', 'applied', 'compared', 'requests a run', 'bytes'],
  rows,
);
