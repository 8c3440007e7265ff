/**
 * Two organizations on one runner: a series of hostile runs beside honest ones. The honest runs must not fail, see
 * anything or be seen, nor take more than twice as long as alone, which they are between the rounds of attacks.
 * `npm run bench:hostile -- SECONDS`; an hour by default. On the PostgreSQL database of `DATABASE_URL`, if there is one.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ATTACKS, openNeighbours, type HonestRun } from '../test/support/hostile-neighbours.ts';
import { newHome, removeHome, startBenchServer } from './support/server.ts';
import { median, mib, ms, quantile, ratio, report } from './support/table.ts';

const ALONE = 5;
const [seconds = '3600'] = process.argv.slice(2);
const { DATABASE_URL: database } = process.env;
const isRoot = process.getuid?.() === 0;
const home = newHome();
const server = await startBenchServer(home, {
  RUNWRIGHT_RUNNERS: '2',
  RUNWRIGHT_SANDBOX: 'required',
  RUNWRIGHT_RUN_MEMORY: '1GB',
  RUNWRIGHT_RUN_DISK: '1GB',
  RUNWRIGHT_RUN_LOG: '64MB',
  // Terraform itself works for minutes on a line of 300 MB.
  RUNWRIGHT_RUN_APPLY_TIME: '60',
  ...(database === undefined ? {} : { DATABASE_URL: database }),
});
let isWrong = false;
try {
  const neighbours = await openNeighbours(server.client);
  const alone: HonestRun[] = [];
  const beside: HonestRun[] = [];
  const ends = new Map<string, Map<string, number>>();
  await neighbours.honest();

  const endAt = performance.now() + Number(seconds) * 1_000;
  const attack = async (name: string): Promise<void> => {
    const status = await neighbours.hostile(name);
    const counts = ends.get(name) ?? new Map<string, number>();
    ends.set(name, counts.set(status, (counts.get(status) ?? 0) + 1));
    console.log(`${name}: ${status}`);
  };
  while (performance.now() < endAt) {
    for (let count = 0; count < ALONE; count += 1) alone.push(await neighbours.honest());
    let isOver = false;
    const attacks = async (): Promise<void> => {
      for (const name of Object.keys(ATTACKS)) if (performance.now() < endAt) await attack(name);
    };
    const work = async (): Promise<void> => {
      while (!isOver) beside.push(await neighbours.honest());
    };
    await Promise.all([attacks().finally(() => (isOver = true)), work()]);
  }

  const faults = [...alone, ...beside].flatMap((run) => run.faults);
  const slowed = median(beside.map((run) => run.ms)) / median(alone.map((run) => run.ms));
  const left = readdirSync(path.join(home, 'runner')).filter((name) => name.startsWith('run-'));
  const hostile = [...ends.values()].flatMap((counts) => [...counts.values()]).reduce((sum, n) => sum + n, 0);
  isWrong = faults.length > 0 || neighbours.seen.length > 0 || slowed > 2;
  for (const line of [...faults, ...neighbours.seen]) console.log(line);
  const timesOf = (runs: readonly HonestRun[]): string => {
    const times = runs.map((run) => run.ms);
    return `${ms(median(times))} (p90 ${ms(quantile(times, 0.9))}, longest ${ms(Math.max(...times))})`;
  };
  report(
    ['hostile', ...(isRoot ? [] : ['no-root']), ...(database === undefined ? [] : ['postgres'])].join('-'),
    [
      `Two organizations on one runner with two slots for ${seconds} s: ${hostile} hostile runs, of ${ends.size} kinds, beside ${beside.length} honest ones. The server is ${isRoot ? '' : 'not '}root's, its database ${database === undefined ? 'the embedded one' : 'on PostgreSQL'}.`,
    ],
    ['', 'measured', 'wanted'],
    [
      ['honest runs that failed, or saw anything', String(faults.length), '0'],
      ['hostile runs that saw the other organization', String(neighbours.seen.length), '0'],
      ['an honest run alone', timesOf(alone), ''],
      ['beside hostile ones', timesOf(beside), ''],
      ['slowed by (median)', ratio(slowed), '≤ 2 ×'],
      ['folders of runs left', String(left.length), '0'],
      [
        'memory of server and agent afterwards',
        `${mib(server.memory().server)}, ${mib(server.memory().runner)}`,
        '',
      ],
    ],
  );
} finally {
  await server.stop();
  await removeHome(home);
}
if (isWrong) process.exitCode = 1;
