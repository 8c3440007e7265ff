import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
  readonly address: string;
  /** Asks the server to stop and waits; kills it when it does not. */
  stop(): Promise<void>;
}

export interface ServerProcessSettings {
  /** The `runwright` program. */
  readonly program: string;
  readonly homeFolder: string;
  readonly adminToken: string;
  readonly signal: AbortSignal;
  /** Called with every line that the server prints. */
  readonly onLine: (line: string) => void;
}

const POLL_MS = 100;
const STOP_MS = 6_000;
const KEPT_LINES = 20;

/** Starts `runwright serve` on a free port and waits until it is ready. Errors contain the server's last lines. */
export async function startServerProcess(settings: ServerProcessSettings): Promise<ServerProcess> {
  const { program, homeFolder, adminToken, signal, onLine } = settings;
  const port = await findFreePort();
  const child = spawn(process.execPath, [program, 'serve', '--port', String(port), '--home', homeFolder], {
    env: { ...passedOn(process.env), RUNWRIGHT_ADMIN_TOKEN: adminToken },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines = keepLastLines(child, onLine);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const address = `http://127.0.0.1:${String(port)}`;
  const server = { address, stop: () => stop(child, exited) };
  try {
    await waitUntilReady(address, child, lastLines, signal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Leaves out settings of another server of this user. */
function passedOn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(env).filter(
    ([name]) =>
      name !== 'DATABASE_URL' &&
      (!name.startsWith('RUNWRIGHT_') || /^RUNWRIGHT_(ENGINE|SANDBOX|SSH)/.test(name)),
  );
  return Object.fromEntries(entries);
}

async function waitUntilReady(
  address: string,
  child: ChildProcess,
  lastLines: () => string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server stopped before it was ready:\n${lastLines()}`);
    }
    const isReady = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      // The server is not listening yet.
      () => false,
    );
    if (isReady) return;
    await sleep(POLL_MS);
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}

function keepLastLines(child: ChildProcess, onLine: (line: string) => void): () => string {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      onLine(line);
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
    });
  }
  return () => last.join('\n').trim();
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
