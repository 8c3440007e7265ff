/** How long a server takes to be ready, and what it and its runner need of memory when idle. */
import { newHome, removeHome, startBenchServer } from './support/server.ts';
import { median, mib, ms, report } from './support/table.ts';

const IDLE_MS = 5_000;
const ROUNDS = 5;

async function measure(
  settings: Record<string, string>,
): Promise<{ first: number; again: number; server: number; runner: number }> {
  const [first, again, serverBytes, runnerBytes] = [[], [], [], []] as number[][] as [
    number[],
    number[],
    number[],
    number[],
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    const home = newHome();
    const fresh = await startBenchServer(home, settings);
    await fresh.stop();
    first.push(fresh.readyMs);
    const existing = await startBenchServer(home, settings);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const { server, runner } = existing.memory();
    await existing.stop();
    await removeHome(home);
    again.push(existing.readyMs);
    serverBytes.push(server);
    runnerBytes.push(runner);
  }
  return {
    first: median(first),
    again: median(again),
    server: median(serverBytes),
    runner: median(runnerBytes),
  };
}

const databaseUrl = process.env['DATABASE_URL'];
const embedded = await measure({});
const rows = [
  ['embedded', ms(embedded.first), ms(embedded.again), mib(embedded.server), mib(embedded.runner)],
];
if (databaseUrl === undefined) {
  process.stdout.write('DATABASE_URL is not set: PostgreSQL is left out\n');
} else {
  const postgres = await measure({ DATABASE_URL: databaseUrl });
  rows.push([
    'PostgreSQL',
    'not measured: the database exists',
    ms(postgres.again),
    mib(postgres.server),
    mib(postgres.runner),
  ]);
}
report(
  'start',
  [
    `Medians of ${ROUNDS}. Ready: the first 200 of /readyz, measured from the start of the process. Memory: resident, after`,
    `${IDLE_MS / 1000} s idle. Aims: first start ≤ 8 s, on an existing folder ≤ 3 s; server and runner together ≤ 350 MiB`,
    'embedded, ≤ 150 MiB on PostgreSQL.',
  ],
  ['database', 'first start', 'start on an existing folder', 'server, idle', 'runner, idle'],
  rows,
);
