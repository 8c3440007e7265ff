/**
 * Two organizations on one runner: a series of hostile runs beside honest ones. The honest runs must not fail, see
 * anything or be seen, nor take more than twice as long. `npm run bench:hostile -- SECONDS`; an hour by default.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ATTACKS, openNeighbours, type HonestRun } from '../test/support/hostile-neighbours.ts';
import { newHome, removeHome, startBenchServer } from './support/server.ts';
import { median, mib, ms, quantile, ratio, report } from './support/table.ts';

const ALONE = 15;
const [seconds = '3600'] = process.argv.slice(2);
const home = newHome();
const server = await startBenchServer(home, {
  RUNWRIGHT_RUNNERS: '2',
  RUNWRIGHT_SANDBOX: 'required',
  RUNWRIGHT_RUN_MEMORY: '1GB',
  RUNWRIGHT_RUN_DISK: '1GB',
  RUNWRIGHT_RUN_LOG: '64MB',
  // Terraform itself works for minutes on a line of 300 MB.
  RUNWRIGHT_RUN_APPLY_TIME: '60',
});
let isWrong = false;
try {
  const neighbours = await openNeighbours(server.client);
  const alone: HonestRun[] = [];
  await neighbours.honest();
  for (let count = 0; count < ALONE; count += 1) alone.push(await neighbours.honest());

  const endAt = performance.now() + Number(seconds) * 1_000;
  const isOver = (): boolean => performance.now() >= endAt;
  const beside: HonestRun[] = [];
  const ends = new Map<string, Map<string, number>>();
  const attack = async (): Promise<void> => {
    for (const name of Array.from({ length: 1_000_000 }, () => Object.keys(ATTACKS)).flat()) {
      if (isOver()) return;
      const status = await neighbours.hostile(name);
      const counts = ends.get(name) ?? new Map<string, number>();
      ends.set(name, counts.set(status, (counts.get(status) ?? 0) + 1));
      console.log(`${name}: ${status}`);
    }
  };
  const work = async (): Promise<void> => {
    while (!isOver()) beside.push(await neighbours.honest());
  };
  await Promise.all([attack(), work()]);

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
    'hostile',
    [
      `Two organizations on one runner with two slots for ${seconds} s: ${hostile} hostile runs, of ${ends.size} kinds, beside ${beside.length} honest ones.`,
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
