/** A real server: `bin/runwright serve` as a process, with its built-in runner, on its own database. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createClient, type Client } from '@runwright/client';
import { makeTestDatabase, type TestDatabaseLocation } from './database.ts';

export const ADMIN_TOKEN = 'admin-token-for-these-tests';
const program = path.resolve(import.meta.dirname, '..', '..', 'bin', 'runwright');
const START_WITHIN_MS = 60_000;

export interface ServerProcess {
  url: string;
  client: Client;
  /** Sends SIGKILL to the server alone; its runner stays alive. */
  kill(): Promise<void>;
  /** Sends SIGKILL to every runner of this server, and so ends the sandboxed processes too. */
  killRunners(): void;
  /** Starts it again on the same folder, database and port. */
  restart(): Promise<void>;
  /** Everything that the processes have written. */
  output(): string;
  /** Asks the server to stop and waits for it. @returns the exit code */
  stop(): Promise<number | null>;
  /** Kills the remaining processes and removes folder and database. */
  remove(): Promise<void>;
}

export async function startServerProcess(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const location = await makeTestDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = '';
  let child = await spawnServer();

  async function spawnServer(): Promise<ChildProcess> {
    const started = spawn(process.execPath, [program, 'serve'], {
      env: {
        PATH: process.env['PATH'],
        HOME: location.homeFolder,
        RUNWRIGHT_HOME: location.homeFolder,
        RUNWRIGHT_PORT: String(port),
        RUNWRIGHT_ADMIN_TOKEN: ADMIN_TOKEN,
        RUNWRIGHT_RUNNERS: '2',
        RUNWRIGHT_RATE_LIMIT: '0',
        // Tests have their own servers on loopback.
        RUNWRIGHT_RUN_NETWORK: 'host',
        ...(location.databaseUrl === undefined ? {} : { DATABASE_URL: location.databaseUrl }),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    await becomesReady(started);
    return started;
  }

  async function becomesReady(started: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_WITHIN_MS;
    while (Date.now() < deadline && started.exitCode === null) {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not become ready:\n${output}`);
  }

  const ended = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };

  return {
    url,
    client: createClient({ address: url, token: ADMIN_TOKEN }),
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
    killRunners: () => killRunnersOf(location),
    async restart() {
      child = await spawnServer();
    },
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await ended();
      return child.exitCode;
    },
    async remove() {
      child.kill('SIGKILL');
      await ended();
      killRunnersOf(location);
      await location.remove();
    },
  };
}

/** Kills the runners of a server, which are recognized by the work folder in their environment. */
function killRunnersOf({ homeFolder }: TestDatabaseLocation): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (environment.includes(`RUNWRIGHT_WORK=${path.join(homeFolder, 'runner')}`))
        process.kill(Number(pid), 'SIGKILL');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The process has ended meanwhile, or belongs to the kernel.
      if (code !== 'ENOENT' && code !== 'ESRCH' && code !== 'EACCES') throw error;
    }
  }
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
