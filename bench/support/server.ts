/** `bin/runwright serve` on a folder of its own, started as users start it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type Client } from '@runwright/client';

const program = path.resolve(import.meta.dirname, '..', '..', 'bin', 'runwright');
export const benchToken = 'token-for-measurements-only';

export interface BenchServer {
  url: string;
  pid: number;
  client: Client;
  homeFolder: string;
  /** The time from the start of the process to the first 200 of /readyz. */
  readyMs: number;
  /** Resident memory of the server and of its runner, in bytes. */
  memory(): { server: number; runner: number };
  /** Processor time of the server since its start, in milliseconds. */
  cpuMs(): number;
  stop(): Promise<void>;
}

export function newHome(): string {
  return mkdtempSync(path.join(tmpdir(), 'runwright-bench-'));
}

export const removeHome = async (folder: string): Promise<void> => await rm(folder, { recursive: true });

export async function startBenchServer(
  homeFolder: string,
  settings: Record<string, string> = {},
): Promise<BenchServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      RUNWRIGHT_HOME: homeFolder,
      RUNWRIGHT_PORT: String(port),
      RUNWRIGHT_RATE_LIMIT: '0',
      RUNWRIGHT_ADMIN_TOKEN: benchToken,
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error('the server ended');
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const readyMs = performance.now() - startedAt;
  return {
    url,
    pid: child.pid ?? 0,
    client: createClient({ address: url, token: benchToken }),
    homeFolder,
    readyMs,
    memory: () => ({ server: residentBytes(child.pid ?? 0), runner: residentBytes(childOf(child.pid ?? 0)) }),
    cpuMs: () => processorMs(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function childOf(pid: number): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (new RegExp(`^PPid:\\t${pid}$`, 'm').test(status)) return Number(name);
    } catch (error) {
      // The process ended while the folder was read.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return 0;
}

function residentBytes(pid: number): number {
  if (pid === 0) return 0;
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/** The kernel counts in hundredths of a second. */
function processorMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Fields are counted after the name, which may hold any character.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
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
