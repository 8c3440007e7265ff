/** Measures the costs of `bin/runwright serve`: its start, its idle time, and runs over bare terraform. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { newBenchWorkspace, timeRun } from './bench-runs.ts';
import { plainFolder, resources } from './plain-terraform.ts';
import { processorMs, pssBytes, treeOf } from './process-tree.ts';
import { newHome, removeHome, startBenchServer } from './server.ts';
import { median, mib, ms, ratio } from './table.ts';

type Settings = Record<string, string>;

const STARTS = 7;
const RUNS = 11;
const SETTLE_MS = 30_000;
const MINUTE_MS = 60_000;

/** The minimum for a Node program: it listens, and reports that. */
async function bareStart(): Promise<number> {
  const startedAt = performance.now();
  const program =
    "require('node:http').createServer().listen(0, () => { console.log('ready'); process.exit(); })";
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const took = performance.now() - startedAt;
  if (child.exitCode === null) await once(child, 'exit');
  return took;
}

async function measureStarts(settings: Settings): Promise<string[][]> {
  const home = newHome();
  await (await startBenchServer(home, settings)).stop();
  const [ready, spent, bare]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < STARTS; round += 1) {
    bare.push(await bareStart());
    const server = await startBenchServer(home, { ...settings, RUNWRIGHT_RUNNERS: '0' });
    ready.push(server.readyMs);
    spent.push(processorMs([server.pid]));
    await server.stop();
  }
  await removeHome(home);
  return [
    [
      'start again until ready',
      `${ms(median(ready))}, ${ms(median(spent))} of processor time`,
      ms(median(bare)),
      ratio(median(ready.map((value, index) => value / (bare[index] ?? 1)))),
      '',
    ],
  ];
}

async function measureIdle(settings: Settings): Promise<string[][]> {
  const home = newHome();
  const server = await startBenchServer(home, settings);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const pids = treeOf(server.pid);
  const before = processorMs(pids);
  await new Promise((resolve) => setTimeout(resolve, MINUTE_MS));
  const spent = processorMs(pids) - before;
  const memory = pssBytes(pids);
  await server.stop();
  await removeHome(home);
  return [
    ['processor time of a minute, idle', ms(spent), '0 ms', '', ''],
    [`memory, idle (PSS of ${pids.length} processes)`, mib(memory), '', '', ''],
  ];
}

async function measureRuns(settings: Settings): Promise<string[][]> {
  const home = newHome();
  const server = await startBenchServer(home, settings);
  const rows: string[][] = [];
  try {
    for (const count of [1, 100]) {
      const byHand = plainFolder(resources(count));
      const [ours, bare, claimed, planned]: [number[], number[], number[], number[]] = [[], [], [], []];
      for (let round = 0; round < RUNS; round += 1) {
        const workspaceId = await newBenchWorkspace(server, resources(count));
        const bareMs = (await byHand.plan()) + (await byHand.apply());
        await byHand.again();
        const run = await timeRun(server, workspaceId);
        // The first round only warms both sides up.
        if (round === 0) continue;
        bare.push(bareMs);
        ours.push(run.appliedMs);
        claimed.push(run.planningMs);
        planned.push(run.plannedMs);
      }
      await byHand.remove();
      const ratios = ours.map((value, index) => value / (bare[index] ?? 1));
      rows.push([
        `run of ${count}, POST to applied`,
        ms(median(ours)),
        ms(median(bare)),
        ratio(median(ratios)),
        `POST to planning ${ms(median(claimed))}, to planned ${ms(median(planned))}`,
      ]);
    }
  } finally {
    await server.stop();
    await removeHome(home);
  }
  return rows;
}

export async function measureProgram(settings: Settings): Promise<string[][]> {
  return [
    ...(await measureStarts(settings)),
    ...(await measureRuns(settings)),
    ...(await measureIdle(settings)),
  ];
}
