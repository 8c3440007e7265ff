/**
 * A whole server in a process of its own, and on the same database a bare Fastify route that repeats the queries for
 * one run and sends the same bytes. An IPC message makes it fill the database.
 */
import fastify from 'fastify';
import type { CompiledQuery } from 'kysely';
import pino from 'pino';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/running-server.ts';
import { fillRuns, workspaceId, workspacesOf } from './fill-runs.ts';

const { BENCH_HOME = '', BENCH_TOKEN = '', DATABASE_URL } = process.env;
const config = readConfig({
  RUNWRIGHT_HOME: BENCH_HOME,
  RUNWRIGHT_PORT: '0',
  RUNWRIGHT_RUNNERS: '0',
  RUNWRIGHT_RATE_LIMIT: '0',
  RUNWRIGHT_ADMIN_TOKEN: BENCH_TOKEN,
  DATABASE_URL,
});
const server = await startServer(config, {
  log: pino({ level: 'silent' }),
  program: '',
  onCrash: (problem) => {
    throw problem;
  },
});
const { db } = server.platform;

let runs = 0;
const workspaceOfRun = (id: string): string =>
  workspaceId(Number(id.slice('run-'.length)) % workspacesOf(runs));

const bare = fastify();
let recorded: { queries: CompiledQuery[]; id: string; payload: string } | undefined;
bare.get<{ Params: { id: string } }>('/runs/:id', async (request, reply) => {
  if (recorded === undefined) throw new Error('nothing was recorded');
  const { queries, id, payload } = recorded;
  for (const query of queries) {
    const parameters = query.parameters.map((value) => {
      if (value === id) return request.params.id;
      return value === workspaceOfRun(id) ? workspaceOfRun(request.params.id) : value;
    });
    await db.executeQuery({ ...query, parameters });
  }
  return await reply.header('Content-Type', 'application/vnd.api+json').send(payload);
});
const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 });

const readRun = async (id: string): Promise<string> => {
  const headers = { authorization: `Bearer ${BENCH_TOKEN}` };
  const answer = await fetch(`${server.url}/api/v2/runs/${id}`, { headers });
  return await answer.text();
};

/** Reads a run through the API, and records its queries and the bytes of its answer. */
async function record(id: string): Promise<void> {
  // The first read may also record the last use of the token.
  await readRun(id);
  const executor = db.getExecutor();
  const queries: CompiledQuery[] = [];
  const spied = executor.executeQuery.bind(executor);
  executor.executeQuery = async (query) => {
    queries.push(query as CompiledQuery);
    return await spied(query);
  };
  recorded = { queries, id, payload: await readRun(id) };
  executor.executeQuery = spied;
}

type Order = { fill: [number, number] } | { record: string } | 'cpu' | 'close';
process.on('message', (order: Order) => {
  void obey(order).then((answer) => {
    process.send?.(answer ?? 'done');
    if (order === 'close') process.disconnect();
  });
});

async function obey(order: Order): Promise<number | undefined> {
  if (order === 'cpu') {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }
  if (order === 'close') {
    await bare.close();
    await server.close();
  } else if ('fill' in order) {
    await fillRuns(db, ...order.fill);
    runs = order.fill[1];
  } else await record(order.record);
  return undefined;
}
process.send?.({ url: server.url, bareUrl });
