/**
 * Measures runs side by side by the number of slots: runs that wait for a cloud, and runs that compute. What a person
 * meets meanwhile is the time of a ping. `npm run bench:slots`, or `-- SLOTS …`.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRealWorkspace, upload, type Files } from '../test/support/real-run.ts';
import { pssBytes, treeOf } from './support/process-tree.ts';
import { newHome, removeHome, startBenchServer, type BenchServer } from './support/server.ts';
import { mib, ms, quantile, report } from './support/table.ts';

const RUNS = 16;
const WAIT_S = 5;
const LOOK_MS = 250;
const POLL_MS = 500;

/** Like a cloud that answers late, the sleep costs a run time and no processor. */
const waiting: Files = {
  'main.tf': `resource "terraform_data" "it" {
  provisioner "local-exec" {
    command = "sleep ${WAIT_S}"
  }
}
`,
};
const computing: Files = {
  'main.tf': 'resource "terraform_data" "it" {\n  count = 1500\n  input = count.index\n}\n',
};

interface Measured {
  seconds: number;
  pings: number[];
  memory: number;
}

/** All runs are created at once; each plans, and applies by itself. */
async function runAll({ client, url, pid }: BenchServer, files: Files): Promise<Measured> {
  const workspaces = await Promise.all(
    Array.from({ length: RUNS }, async () => {
      const workspaceId = await createRealWorkspace(client);
      await upload(client, workspaceId, files);
      return workspaceId;
    }),
  );
  const idle = pssBytes(treeOf(pid));
  let isOver = false;
  let most = 0;
  const pings: number[] = [];
  const looking = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      await (await fetch(`${url}/api/v2/ping`)).arrayBuffer();
      pings.push(performance.now() - startedAt);
      most = Math.max(most, pssBytes(treeOf(pid)) - idle);
      await sleep(LOOK_MS);
    }
  })();
  const startedAt = performance.now();
  const ends = await Promise.all(
    workspaces.map(async (workspaceId) => {
      const { id } = await client.runs.create({
        workspace_id: workspaceId,
        params: { auto_apply: true },
      });
      return (await client.waitForRun(id, { until: 'final', intervalMs: POLL_MS })).attributes.status;
    }),
  ).finally(() => (isOver = true));
  const seconds = (performance.now() - startedAt) / 1_000;
  await looking;
  const wrong = ends.find((status) => status !== 'applied');
  if (wrong !== undefined) throw new Error(`a run ended as ${wrong}`);
  return { seconds, pings, memory: most };
}

const given = process.argv.slice(2).map(Number);
const cores = availableParallelism();
const rows: string[][] = [];
for (const slots of given.length > 0 ? given : [cores, 2 * cores, 4 * cores, 8 * cores]) {
  for (const [name, files] of [
    ['wait', waiting],
    ['compute', computing],
  ] as const) {
    const home = newHome();
    const server = await startBenchServer(home, { RUNWRIGHT_RUNNERS: String(slots) });
    try {
      const { seconds, pings, memory } = await runAll(server, files);
      rows.push([
        name,
        String(slots),
        `${seconds.toFixed(1)} s`,
        `${ms(quantile(pings, 0.5))}, ${ms(quantile(pings, 0.99))}`,
        mib(memory),
      ]);
      console.log(rows.at(-1)?.join(' | '));
    } finally {
      await server.stop();
      await removeHome(home);
    }
  }
}
report(
  'slots',
  [
    `${RUNS} runs of ${RUNS} workspaces, created at once, until all are applied; embedded database. Those that wait sleep for ${WAIT_S} s in their`,
    'apply, as before a cloud that answers late; those that compute have 1,500 resources. Memory is what server, runner and all engines',
    'hold more than before, at most; a real provider adds its own.',
  ],
  ['runs that', 'slots', 'all applied', 'ping, median and p99', 'memory'],
  rows,
);
