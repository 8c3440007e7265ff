/** Measures the waits of other callers while one sends the worst bodies that callers may send. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { benchToken, newHome, removeHome, startBenchServer, type BenchServer } from './support/server.ts';
import type { Flood } from './support/flooder.ts';
import { mib, quantile, report } from './support/table.ts';

const LASTS_MS = 8_000;
const PAUSE_MS = 20;
const MIB = 1024 * 1024;

type Case = [
  name: string,
  flood: Omit<Flood, 'url' | 'method' | 'connections' | 'headers'> & { path: string; token?: string },
];

const cases = (workspaceId: string): Case[] => {
  const organizations = '/api/v2/organizations';
  const states = `/api/v2/workspaces/${workspaceId}/state-versions`;
  const zeros = { pattern: '0,', isEnded: true };
  return [
    ['a stranger, 1 MiB of numbers', { ...zeros, path: organizations, bytes: MIB }],
    [
      'a stranger, 60 MiB of empty lists for a state',
      { pattern: '[],', isEnded: true, path: states, bytes: 60 * MIB },
    ],
    ['a stranger with a wrong token, 5 MiB', { ...zeros, path: states, bytes: 5 * MIB, token: 'wrong' }],
    [
      'a stranger, 60 MiB begun and not ended',
      { pattern: ' ', isEnded: false, path: states, bytes: 60 * MIB },
    ],
    ['a user, 1 MiB of numbers', { ...zeros, path: organizations, bytes: MIB, token: benchToken }],
    [
      'a user, 19,000 wrong values',
      { pattern: '[0,', isEnded: true, path: organizations, bytes: 28_500, token: benchToken },
    ],
    [
      'a user, 60 MiB of empty lists for a state',
      { pattern: '[],', isEnded: true, path: states, bytes: 60 * MIB, token: benchToken },
    ],
    [
      'a user, a text of 60 MiB for a state',
      { pattern: '"AAAAAAAAAAAAAAA', isEnded: true, path: states, bytes: 60 * MIB, token: benchToken },
    ],
    [
      'a user, 60 MiB begun and not ended',
      { pattern: ' ', isEnded: false, path: states, bytes: 60 * MIB, token: benchToken },
    ],
  ];
};

/** The time of each ping in milliseconds. A ping without an answer after a minute counts as a minute. */
async function pings(url: string): Promise<number[]> {
  const times: number[] = [];
  const endAt = performance.now() + LASTS_MS;
  while (performance.now() < endAt) {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/api/v2/ping`, { signal: AbortSignal.timeout(60_000) }).catch(
      () => undefined,
    );
    times.push(answer === undefined ? 60_000 : performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times;
}

async function measure({ url, memory }: BenchServer, name: string, flood?: Case[1]): Promise<string[]> {
  let stop = async (): Promise<number> => 0;
  if (flood !== undefined) {
    const { path: at, token, ...body } = flood;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const order: Flood = { ...body, url: `${url}${at}`, method: 'POST', headers, connections: 8 };
    const child = fork(path.join(import.meta.dirname, 'support', 'flooder.ts'), {
      env: { PATH: process.env['PATH'], BENCH_FLOOD: JSON.stringify(order) },
      execArgv: process.execArgv,
    });
    await once(child, 'message');
    stop = async () => {
      child.send('stop');
      const [answered] = (await once(child, 'message')) as [number];
      child.kill('SIGKILL');
      await once(child, 'exit');
      return answered;
    };
  }
  const times = await pings(url);
  const held = memory().server;
  const answered = await stop();
  const row = [
    name,
    `${quantile(times, 0.5).toFixed(1)} ms`,
    `${quantile(times, 0.99).toFixed(0)} ms`,
    `${Math.max(...times).toFixed(0)} ms`,
    `${Math.round(answered / (LASTS_MS / 1_000))}/s`,
    mib(held),
  ];
  process.stdout.write(`${row.join(' | ')}\n`);
  return row;
}

async function makeWorkspace({ url }: BenchServer): Promise<string> {
  const make = async (at: string, type: string, attributes: object): Promise<string> => {
    const answer = await fetch(`${url}${at}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${benchToken}`, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify({ data: { type, attributes } }),
    });
    return ((await answer.json()) as { data: { id: string } }).data.id;
  };
  const name = await make('/api/v2/organizations', 'organizations', {
    name: 'flooded',
    email: 'a@example.com',
  });
  return await make(`/api/v2/organizations/${name}/workspaces`, 'workspaces', { name: 'flooded' });
}

const home = newHome();
const settings = { RUNWRIGHT_RATE_LIMIT: '30', RUNWRIGHT_RUNNERS: '0' };
const rows: string[][] = [];
let server = await startBenchServer(home, settings);
try {
  const workspaceId = await makeWorkspace(server);
  rows.push(await measure(server, 'nobody'));
  for (const [name, flood] of cases(workspaceId)) {
    // Each case begins with a fresh server.
    await server.stop();
    server = await startBenchServer(home, settings);
    rows.push(await measure(server, name, flood));
  }
} finally {
  await server.stop();
  await removeHome(home);
}
report(
  'flood',
  [
    'How long `GET /api/v2/ping` takes while eight connections of one sender bring the worst bodies they may, as fast as they',
    `can, for ${LASTS_MS / 1_000} seconds, with the limit of 30 requests a second that is the default. Sender, server and the one who`,
    'pings share the machine. Answers are those to the sender; memory is that of the server at the end.',
  ],
  ['who floods', 'ping, median', '99th percentile', 'longest', 'answers', 'memory'],
  rows,
);
