/**
 * Measures the cost of a provider's size for a run: plan and apply over a signed registry on loopback, in runs with
 * kept providers, in the first run, and in plain terraform with and without a plugin cache; compares it with the
 * goals. `npm run bench:providers -- MB …`; 0 200 700 by default, which takes some ten minutes on two quiet cores.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildProvider } from '../test/support/provider/build.ts';
import { startRegistry } from '../test/support/provider/registry.ts';
import {
  cancelOne,
  measured,
  mostOnDisk,
  newOrganization,
  runOurs,
  runPlain,
  type Measured,
  type Timing,
} from './support/provider-runs.ts';
import { newHome, removeHome, startBenchServer } from './support/server.ts';
import { ms, ratio, report } from './support/table.ts';

const ROUNDS = 3;
const AT_ONCE = 8;
/** Plan and apply of 700 MB without kept providers, on two cores of this kind. */
const BEFORE_MS = 10_700;

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [0, 200, 700];
const startedAt = performance.now();
const tools = mkdtempSync(path.join(tmpdir(), 'runwright-bench-'));
const program = path.join(tools, 'provider');
await buildProvider(program);
const home = newHome();
const server = await startBenchServer(home, {
  RUNWRIGHT_RUN_NETWORK: 'host',
  RUNWRIGHT_RUNNERS: String(AT_ONCE),
});
const rows: string[][] = [];
const goals: string[][] = [];
const goal = (size: string, what: string, wanted: string, found: string): void =>
  void goals.push([size, `goal: ${what}`, wanted, found, '', '', '']);
const sum = ({ planMs, applyMs }: Timing): number => planMs + applyMs;

async function benchSize(megabytes: number, bare: Measured, tiny: Measured | undefined): Promise<Measured> {
  const registry = await startRegistry(program, { paddingBytes: megabytes * 1024 ** 2 });
  const size = megabytes === 0 ? 'tiny' : `${megabytes} MB`;
  const show = (way: string, found: Measured, plain?: Measured): void =>
    void rows.push([
      ...[size, way, ms(found.planMs), ms(found.applyMs), plain ? ratio(sum(found) / sum(plain)) : ''],
      ...[`${Math.round(found.requests)}`, ratio(found.bytes / registry.zipBytes)],
    ]);
  const times = async (act: () => Promise<Timing>, rounds = ROUNDS): Promise<Measured> =>
    await measured(registry, act, rounds);
  try {
    const { lock } = await runPlain(registry, undefined);
    const cache = mkdtempSync(path.join(tools, 'cache-'));
    const plain = await times(async () => await runPlain(registry, lock));
    await runPlain(registry, lock, cache);
    const cached = await times(async () => await runPlain(registry, lock, cache));
    const organization = await newOrganization(server);
    const ours = async (of: string | undefined): Promise<Timing> =>
      await runOurs(server, organization, registry, of);
    const cold = await times(async () => await ours(lock), 1);
    const warm = await times(async () => await ours(lock));
    const unlocked = await times(async () => await ours(undefined));
    registry.trouble = { status: 503 };
    const alone = await times(async () => await ours(lock), 1);
    registry.trouble = undefined;
    const many = async (of: string): Promise<void> =>
      void (await Promise.all(
        Array.from({ length: AT_ONCE }, async () => await runOurs(server, of, registry, lock)),
      ));
    const strangers = await newOrganization(server);
    const manyAt = performance.now();
    const atOnce = await times(async () => {
      await many(strangers);
      return { planMs: performance.now() - manyAt, applyMs: 0 };
    }, 1);
    const diskBytes = await mostOnDisk(home, async () => await many(strangers));
    const canceledMs =
      megabytes === 0 ? undefined : await cancelOne(server, await newOrganization(server), registry);

    show('plain terraform', plain);
    show('plain, warm plugin_cache_dir', cached, plain);
    show('Runwright, first run', cold, plain);
    show('Runwright, kept, lock file', warm, plain);
    show('Runwright, kept, no lock file', unlocked, plain);
    show('Runwright, kept, lock file, registry answers 503', alone, plain);
    show(`Runwright, ${AT_ONCE} first runs at once, all of them`, atOnce);
    goal(size, 'requests and bytes with a satisfied lock', '0, 0', `${warm.requests}, ${warm.bytes}`);
    goal(size, 'bytes of 8 first runs at once', '≤ 1.05 ×', ratio(atOnce.bytes / registry.zipBytes));
    goal(size, 'time of 8 first runs at once over one', '≤ 1.50 ×', ratio(atOnce.planMs / sum(cold)));
    goal(
      size,
      'disk of a run beside the store',
      '≤ 1 MB',
      `${(diskBytes / AT_ONCE / 1024 ** 2).toFixed(2)} MB`,
    );
    if (canceledMs !== undefined) goal(size, 'cancel during a download', '≤ 1000 ms', ms(canceledMs));
    if (tiny) goal(size, 'plan over that of the tiny one, kept', '≤ 700 ms', ms(warm.planMs - tiny.planMs));
    else
      goal(
        size,
        'plan over that without a provider, kept',
        '3 starts of 60 ms',
        ms(warm.planMs - bare.planMs),
      );
    if (megabytes === 700)
      goal(size, 'planned and applied over that before', '≤ 0.30 ×', ratio(sum(warm) / BEFORE_MS));
    return warm;
  } finally {
    await registry.close();
  }
}

try {
  const idle = await startRegistry(program);
  const organization = await newOrganization(server);
  await runOurs(server, organization, undefined, undefined);
  const bare = await measured(
    idle,
    async () => await runOurs(server, organization, undefined, undefined),
    ROUNDS,
  );
  await idle.close();
  rows.push(['none', 'Runwright', ms(bare.planMs), ms(bare.applyMs), '', '0', '0.00 ×']);
  let tiny: Measured | undefined;
  for (const megabytes of sizes) {
    const warm = await benchSize(megabytes, bare, tiny);
    if (megabytes === 0) tiny = warm;
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
    'the run planned, or applied. Bytes are those of archives, over the size of one. Times compared are planned + applied over plain. Of a',
    'goal the columns are what was wanted and what was found.',
    `It took ${Math.round((performance.now() - startedAt) / 60_000)} minutes.`,
  ],
  ['provider', 'way', 'planned', 'applied', 'compared', 'requests a run', 'bytes'],
  [...rows, ...goals],
);
