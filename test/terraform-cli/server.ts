/** `bin/runwright serve` with its built-in runner, on the embedded database. Its log tells the requests. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get as getOverHttp, type IncomingMessage } from 'node:http';
import { get as getOverHttps } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { AGENT_PATH } from '../../src/protocol/agent.ts';
import { createApi, type Api } from './api.ts';

export const ADMIN_TOKEN = 'admin-token-for-these-tests';
export const program = path.resolve(import.meta.dirname, '..', '..', 'bin', 'runwright');

export interface CliServer {
  /** The host as in `hostname = "…"`. */
  hostname: string;
  url: string;
  api: Api;
  /** `STATUS METHOD ROUTE` of every answer to a client so far; answers to runners are left out. */
  requests: readonly string[];
  /** Resolves when `requests` holds all earlier answers, since the log is written after the last byte of an answer. */
  hasLogged(): Promise<void>;
  /** Sends SIGKILL to the server alone, and starts a new one on its folder and port. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

interface LogLine {
  msg?: string;
  reqId?: string;
  method?: string;
  route?: string;
  status?: number;
}

/** A route that terraform does not use. */
const MARKER = '/readyz';

/** @returns the id of the request in the server's log */
async function askForMarker(url: string): Promise<string> {
  const address = url + MARKER;
  const request = address.startsWith('https:')
    ? getOverHttps(address, { agent: false, rejectUnauthorized: false })
    : getOverHttp(address, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return String(response.headers['x-request-id']);
}

/** Starts a server with an organization `acme`. */
export async function startCliServer(settings: Record<string, string> = {}): Promise<CliServer> {
  const template = inject('databaseTemplate');
  const home = mkdtempSync(path.join(template.workFolder, 'cli-server-'));
  if (template.kind === 'embedded') cpSync(template.folder, home, { recursive: true });
  const hostname = `localhost:${await freePort()}`;
  const url = `${settings['RUNWRIGHT_TLS_CERT'] === undefined ? 'http' : 'https'}://${hostname}`;
  const requests: string[] = [];
  const markers = new Map<string, () => void>();
  const seenMarkers = new Set<string>();
  const remember = (line: string): void => {
    if (!line.startsWith('{')) return;
    const { msg, reqId = '', method, route, status } = JSON.parse(line) as LogLine;
    const isAnswer = msg === 'request' || msg === 'request failed';
    if (!isAnswer || route?.startsWith(AGENT_PATH)) return;
    if (route !== MARKER) return void requests.push(`${status} ${method} ${route}`);
    seenMarkers.add(reqId);
    markers.get(reqId)?.();
  };
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(process.execPath, [program, 'serve'], {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        RUNWRIGHT_HOME: home,
        RUNWRIGHT_PORT: new URL(url).port,
        RUNWRIGHT_URL: url,
        RUNWRIGHT_RUNNERS: '2',
        RUNWRIGHT_ADMIN_TOKEN: ADMIN_TOKEN,
        // Commands that follow each other this fast would reach the limit, and terraform would then wait.
        RUNWRIGHT_RATE_LIMIT: '0',
        RUNWRIGHT_LOG_LEVEL: 'debug',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface(started.stderr).on('line', remember);
    for await (const line of createInterface(started.stdout)) {
      if (line.includes('is ready at')) break;
    }
    if (started.exitCode !== null) throw new Error('the server did not start');
    started.stdout.resume();
    return started;
  };
  let child = await start();
  const ended = async (signal: NodeJS.Signals): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  const api = createApi(url, ADMIN_TOKEN);
  if (url.startsWith('http:')) {
    await api.post('/api/v2/organizations', { name: 'acme', email: 'ops@example.com' });
  }
  return {
    hostname,
    url,
    api,
    requests,
    async hasLogged() {
      const id = await askForMarker(url);
      if (!seenMarkers.has(id)) await new Promise<void>((resolve) => markers.set(id, resolve));
    },
    async killAndRestart() {
      await ended('SIGKILL');
      child = await start();
    },
    async close() {
      await ended('SIGTERM');
      await rm(home, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
