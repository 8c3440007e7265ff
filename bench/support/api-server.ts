/**
 * A whole server in a process of its own, and beside it, on the same database, a bare Fastify route that makes the same
 * queries as the reading of a run and sends the same bytes. Told over IPC to fill the database.
 */
import fastify from 'fastify';
import pino from 'pino';
import { readConfig } from '../../src/server/config.ts';
import { hashSecret } from '../../src/server/secrets/opaque-tokens.ts';
import { startServer } from '../../src/server/main.ts';
import { fillRuns } from './fill-runs.ts';

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

const bare = fastify();
let payload = '';
bare.get<{ Params: { id: string } }>('/runs/:id', async (request, reply) => {
  const { id } = request.params;
  const secret = (request.headers.authorization ?? '').slice('Bearer '.length);
  await db
    .selectFrom('token')
    .leftJoin('users', 'users.id', 'token.user_id')
    .selectAll('token')
    .select('users.username')
    .where('secret_hash', '=', hashSecret(secret))
    .executeTakeFirst();
  await db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
  await db.selectFrom('run_phase').selectAll().where('run_id', 'in', [id]).execute();
  await db
    .selectFrom('run_event')
    .select(['id', 'run_id'])
    .where('run_id', 'in', [id])
    .orderBy('sequence')
    .execute();
  await db
    .selectFrom('comment')
    .select(['id', 'run_id'])
    .where('run_id', 'in', [id])
    .orderBy('created_at')
    .execute();
  return await reply.header('Content-Type', 'application/vnd.api+json').send(payload);
});
const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 });

type Order = { fill: [number, number] } | { payload: string } | 'close';
process.on('message', (order: Order) => {
  void obey(order).then(() => process.send?.('done'));
});

async function obey(order: Order): Promise<void> {
  if (order === 'close') {
    await bare.close();
    await server.close();
    process.disconnect();
  } else if ('fill' in order) await fillRuns(db, ...order.fill);
  else payload = order.payload;
}
process.send?.({ url: server.url, bareUrl });
