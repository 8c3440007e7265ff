/** `bin/runwright serve` with its runner, started as users start it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.ts';

export const root = path.resolve(import.meta.dirname, '..', '..');
export const ADMIN_TOKEN = 'administrator-of-the-interop-tests';
const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 20_000;
const KEPT_OUTPUT = 20_000;

export interface Server {
  url: string;
  /** The end of its output. */
  output(): string;
  stop(): Promise<void>;
}

export async function startServer({ homeFolder, databaseUrl }: Database): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [path.join(root, 'bin', 'runwright'), 'serve'], {
    env: {
      PATH: process.env['PATH'],
      HOME: homeFolder,
      RUNWRIGHT_HOME: homeFolder,
      RUNWRIGHT_PORT: String(port),
      RUNWRIGHT_ADMIN_TOKEN: ADMIN_TOKEN,
      RUNWRIGHT_RATE_LIMIT: '0',
      RUNWRIGHT_FORCE_CANCEL_AFTER: '10',
      // The clients have receivers of notifications on loopback.
      RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1/32',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-KEPT_OUTPUT)));
  }
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (hasEnded()) return;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await once(child, 'exit');
    clearTimeout(late);
    process.off('exit', kill);
  };
  const deadline = Date.now() + START_WITHIN_MS;
  while ((await fetch(`${url}/readyz`).catch(() => undefined))?.status !== 200) {
    if (hasEnded() || Date.now() > deadline) {
      await stop();
      throw new Error(`the server did not become ready:\n${output}`);
    }
    await sleep(50);
  }
  return { url, output: () => output, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
