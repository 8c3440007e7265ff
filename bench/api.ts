/** Measures the time of API reads with many runs in the database, and the cost of the API over the bare queries. */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import path from 'node:path';
import { newHome, removeHome } from './support/server.ts';
import { withDatabase, withPostgres } from './support/postgres.ts';
import { runId, workspaceId, workspacesOf } from './support/fill-runs.ts';
import { quantile, report } from './support/table.ts';

const REQUESTS = 300;
const THROUGHPUT_MS = 2_000;
const ROUNDS = 3;
const token = randomBytes(24).toString('base64url');
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

async function read(url: string): Promise<string> {
  const [response] = await new Promise<[string]>((resolve, reject) => {
    get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () =>
        answer.statusCode === 200
          ? resolve([text])
          : reject(new Error(`${url}: ${answer.statusCode} ${text}`)),
      );
    }).once('error', reject);
  });
  return response;
}

/** One client, one request at a time. */
async function latency(url: () => string): Promise<number[]> {
  for (let warm = 0; warm < 20; warm += 1) await read(url());
  const times: number[] = [];
  for (let count = 0; count < REQUESTS; count += 1) {
    const startedAt = performance.now();
    await read(url());
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Requests per second of eight clients. */
async function throughput(url: () => string): Promise<number> {
  const endAt = performance.now() + THROUGHPUT_MS;
  let count = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < endAt) {
      await read(url());
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  return count / (THROUGHPUT_MS / 1_000);
}

const any = (count: number): number => Math.floor(Math.random() * count);
const milliseconds = (times: number[], share: number): string => `${quantile(times, share).toFixed(1)} ms`;

/** Sends the server an order, and waits for its answer. */
async function tell<Answer = void>(child: ChildProcess, order: object | string): Promise<Answer> {
  child.send(order);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

interface Load {
  /** Requests per second. */
  rate: number;
  /** Processor time of the server's process per request. */
  cpuMs: number;
}

/** The rate that eight clients reach, and its cost. */
async function load(child: ChildProcess, url: () => string): Promise<Load> {
  const before = await tell<number>(child, 'cpu');
  const rate = await throughput(url);
  const after = await tell<number>(child, 'cpu');
  return { rate, cpuMs: (after - before) / (rate * (THROUGHPUT_MS / 1_000)) };
}

async function measure(name: string, sizes: readonly number[], databaseUrl?: string): Promise<string[][]> {
  const home = newHome();
  const child = fork(path.join(import.meta.dirname, 'support', 'api-server.ts'), {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      BENCH_HOME: home,
      BENCH_TOKEN: token,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    execArgv: process.execArgv,
  });
  const rows: string[][] = [];
  try {
    const [{ url, bareUrl }] = (await once(child, 'message')) as [{ url: string; bareUrl: string }];
    let filled = 0;
    for (const size of sizes) {
      await tell(child, { fill: [filled, size] });
      filled = size;
      const oneRun = (): string => `${url}/api/v2/runs/${runId(any(size))}`;
      const page = (query: string) => (): string =>
        `${url}/api/v2/workspaces/${workspaceId(any(workspacesOf(size)))}/runs?page[size]=20${query}`;
      const reads: [string, () => string][] = [
        ['run', oneRun],
        ['newest page of a workspace', page('')],
        ['filtered page', page('&filter[status]=errored')],
        ['page of the organization', () => `${url}/api/v2/organizations/bench/runs?page[size]=20`],
      ];
      const cells: string[] = [];
      for (const [, makeUrl] of reads) {
        const times = await latency(makeUrl);
        cells.push(`${milliseconds(times, 0.5)} / ${milliseconds(times, 0.99)}`);
      }
      await tell(child, { record: runId(any(size)) });
      const rounds: { share: number; api: Load; bare: Load }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const bare = await load(child, () => `${bareUrl}/runs/${runId(any(size))}`);
        const api = await load(child, oneRun);
        rounds.push({ share: api.rate / bare.rate, api, bare });
      }
      const middle = (of: (round: (typeof rounds)[number]) => number): number =>
        quantile(rounds.map(of), 0.5);
      const rate = `${Math.round(middle(({ api }) => api.rate))}/s, ${Math.round(middle(({ share }) => share) * 100)} %`;
      const cpu = `${middle(({ api }) => api.cpuMs).toFixed(2)} ms, ${middle(({ bare }) => bare.cpuMs).toFixed(2)} ms`;
      rows.push([name, size.toLocaleString('en-US'), ...cells, rate, cpu]);
      process.stdout.write(`${rows.at(-1)?.join(' | ')}\n`);
    }
    await tell(child, 'close');
    await once(child, 'exit');
  } finally {
    child.kill();
    await removeHome(home);
  }
  return rows;
}

const largest = Number(process.env['BENCH_API_RUNS'] ?? 1_000_000);
const upTo = (limit: number): number[] => [1_000, 200_000, 1_000_000].filter((size) => size <= limit);
const rows = await measure('embedded', upTo(Math.min(largest, 200_000)));
const onPostgres = await withPostgres(
  async (serverUrl) =>
    await withDatabase(serverUrl, async (url) => await measure('PostgreSQL', upTo(largest), url)),
);
rows.push(...(onPostgres ?? []));
agent.destroy();
report(
  'api',
  [
    `Runs that have ended, 100 in each workspace. Times of one client that asks ${REQUESTS} times, one request after the other:`,
    'median / 99th percentile. Throughput: runs read in a second by eight clients, and its share of what a bare Fastify',
    `route reaches with the same queries and bytes in the same process (median of ${ROUNDS}). Pages of a workspace come with`,
    'their total count. Processor time is that of the process: without PostgreSQL, with the embedded database. Aims: 99th',
    'percentile ≤ 25 ms on PostgreSQL, ≤ 60 ms embedded; share ≥ 70 %.',
  ],
  [
    'database',
    'runs',
    'run',
    'newest page of a workspace',
    'filtered page',
    'page of the organization',
    'throughput',
    'processor time of a request, and of the bare route',
  ],
  rows,
);
