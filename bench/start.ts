/** Measures the time until a server is ready, and the memory of the server and its runner when idle. */
import { withDatabase, withPostgres } from './support/postgres.ts';
import { newHome, removeHome, startBenchServer } from './support/server.ts';
import { median, mib, ms, report } from './support/table.ts';

const IDLE_MS = 5_000;
const ROUNDS = 5;

type Settings = Record<string, string>;

interface Round {
  firstMs: number;
  againMs: number;
  serverBytes: number;
  runnerBytes: number;
}

async function measureRound(settings: Settings): Promise<Round> {
  const home = newHome();
  const fresh = await startBenchServer(home, settings);
  await fresh.stop();
  const existing = await startBenchServer(home, settings);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const { server, runner } = existing.memory();
  await existing.stop();
  await removeHome(home);
  return { firstMs: fresh.readyMs, againMs: existing.readyMs, serverBytes: server, runnerBytes: runner };
}

async function measure(name: string, round: () => Promise<Round>): Promise<string[]> {
  const rounds: Round[] = [];
  for (let count = 0; count < ROUNDS; count += 1) rounds.push(await round());
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  return [
    name,
    ms(middle(({ firstMs }) => firstMs)),
    ms(middle(({ againMs }) => againMs)),
    mib(middle(({ serverBytes }) => serverBytes)),
    mib(middle(({ runnerBytes }) => runnerBytes)),
  ];
}

const rows = [await measure('embedded', async () => await measureRound({}))];
const onPostgres = await withPostgres(
  async (serverUrl) =>
    await measure(
      'PostgreSQL',
      async () => await withDatabase(serverUrl, async (url) => await measureRound({ DATABASE_URL: url })),
    ),
);
if (onPostgres !== undefined) rows.push(onPostgres);
report(
  'start',
  [
    `Medians of ${ROUNDS}. Ready: the first 200 of /readyz, measured from the start of the process. Memory: resident, after`,
    `${IDLE_MS / 1000} s idle. Aims: first start ≤ 8 s, again ≤ 3 s; server and runner together ≤ 350 MiB`,
    'embedded, ≤ 150 MiB on PostgreSQL.',
  ],
  ['database', 'first start', 'start again', 'server, idle', 'runner, idle'],
  rows,
);
