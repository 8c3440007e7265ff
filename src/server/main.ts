import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { acceptAgentToken, createBuiltinAgentToken } from './access/agent-tokens.ts';
import { ensureFirstAdmin } from './access/first-admin.ts';
import { startSealer, type Sealer } from './audit/sealer.ts';
import { startSweeper, type Sweeper } from './blobs/sweep.ts';
import { startBuiltinRunner, type BuiltinRunner } from './builtin-runner/builtin-runner.ts';
import { openLoopbackDoor, type LoopbackDoor } from './builtin-runner/loopback-door.ts';
import { ConfigProblem, readConfig, type Config, type Flags } from './config.ts';
import type { Platform } from './context.ts';
import { DatabaseProblem } from './database/database-problem.ts';
import { openMcpDoor, type McpDoor } from './mcp/door.ts';
import type { McpService } from './mcp/mount.ts';
import { startDeliveries, type DeliveryLoop } from './notifications/deliver.ts';
import { openPlatform } from './platform.ts';
import { startTriggerWorker } from './run-triggers/worker.ts';
import { endLostSteps, expireSpeculativePlans, recoverRuns } from './runs/recover.ts';
import { createServer } from './server.ts';

export { rotateKeys } from './key-rotation.ts';
export { verifyAuditTrail } from './audit/verify-command.ts';

/** Whether it is the person's who started the program to mend: its message is one line for them. */
export const isStartProblem = (error: unknown): error is ConfigProblem | DatabaseProblem =>
  error instanceof ConfigProblem || error instanceof DatabaseProblem;

const LOOK_FOR_LOST_MS = 5_000;
/** What the built-in runner works on gets this long to end by itself when the server is asked to stop. */
const STOP_GRACE_MS = 30_000;

export interface RunningServer {
  url: string;
  platform: Platform;
  close(): Promise<void>;
}

export interface ServeOptions {
  log: Logger;
  /** The `runwright` program, for the built-in runner. */
  program: string;
  onCrash: (problem: Error) => void;
  /** The program's, which MCP clients are told. */
  version?: string;
  /** How often lost runners and forgotten runs are looked for. */
  lookForLostMs?: number;
}

/** Starts a server and its built-in runner. @throws ConfigProblem, DatabaseProblem */
export async function startServer(
  config: Config,
  { log, program, onCrash, version = '0.0.0', lookForLostMs = LOOK_FOR_LOST_MS }: ServeOptions,
): Promise<RunningServer & { adminTokenFile: string | null }> {
  const { platform, isReady, close: closePlatform } = await openPlatform(config, '', log, onCrash);
  let runner: BuiltinRunner | undefined;
  let door: LoopbackDoor | undefined;
  let mcpDoor: McpDoor | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sealer: Sealer | undefined;
  let sweeper: Sweeper | undefined;
  let triggers: ReturnType<typeof startTriggerWorker> | undefined;
  let deliveries: DeliveryLoop | undefined;
  try {
    const fetchFor: McpDoor['fetchFor'] = (address) => mcpDoor?.fetchFor(address) ?? refuseToFetch;
    const mcp = await createMcpService(config, platform, fetchFor, version);
    const app = await createServer(platform, isReady, config, mcp);
    const adminTokenFile = await ensureFirstAdmin(platform, config.homeFolder, config.adminToken);
    await acceptAgentToken(platform, config.agentToken);
    await recoverRuns(platform);
    await listen(app, config);
    const url = localUrl(config, app.server.address() as AddressInfo);
    platform.publicUrl = config.publicUrl ?? url;
    if (mcp !== undefined) mcpDoor = await openMcpDoor(app, () => platform.publicUrl);
    sealer = startSealer({ db: platform.db, log });
    sweeper = startSweeper(platform, join(config.homeFolder, 'blobs'));
    triggers = startTriggerWorker(platform);
    deliveries = startDeliveries(platform);
    timer = setInterval(() => {
      endLostSteps(platform).catch((error: unknown) =>
        log.error({ err: error }, 'lost runners could not be looked for'),
      );
      expireSpeculativePlans(platform).catch((error: unknown) =>
        log.error({ err: error }, 'forgotten plan-only runs could not be looked for'),
      );
    }, lookForLostMs);
    if (config.runners > 0) {
      // The certificate is made out to the name that others use.
      if (config.tls !== null) door = await openLoopbackDoor(app);
      runner = startBuiltinRunner({
        program,
        serverUrl: door?.url ?? url,
        token: await createBuiltinAgentToken(platform),
        slots: config.runners,
        homeFolder: config.homeFolder,
        log,
      });
    }
    return {
      url: platform.publicUrl,
      platform,
      adminTokenFile,
      async close() {
        await runner?.stop(STOP_GRACE_MS);
        clearInterval(timer);
        await triggers?.stop();
        platform.wakeUps.close();
        await door?.close();
        await mcp?.close();
        await mcpDoor?.close();
        await app.close();
        await deliveries?.stop();
        await sealer?.stop();
        await sweeper?.stop();
        await closePlatform();
      },
    };
  } catch (error) {
    clearInterval(timer);
    await door?.close();
    await mcpDoor?.close();
    await deliveries?.stop();
    await sealer?.stop();
    await sweeper?.stop();
    await triggers?.stop();
    await closePlatform();
    throw error;
  }
}

/** MCP knows the server's public API only; here is where the two meet. */
async function createMcpService(
  config: Config,
  platform: Platform,
  fetchFor: McpDoor['fetchFor'],
  version: string,
): Promise<McpService | undefined> {
  if (config.mcp === 'off') return undefined;
  const { createServedMcp } = await import('../mcp/http/on-server.ts');
  return createServedMcp({
    version,
    tools: config.mcp,
    publicUrl: () => platform.publicUrl,
    fetchFor,
    log: platform.log,
  });
}

const refuseToFetch: typeof globalThis.fetch = () => Promise.reject(new Error('the server is starting'));

async function listen(app: Awaited<ReturnType<typeof createServer>>, config: Config): Promise<void> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new ConfigProblem(`port ${config.port} is in use: stop the other program, or set RUNWRIGHT_PORT`);
    }
    if (code === 'EACCES')
      throw new ConfigProblem(`port ${config.port} may not be opened: set RUNWRIGHT_PORT`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConfigProblem(`RUNWRIGHT_HOST ${config.host} is not an address of this machine`);
    }
    throw error;
  }
}

/** An address that works on this machine: what listens everywhere is reached over loopback. */
function localUrl({ host, tls }: Config, { port }: AddressInfo): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`;
}

/**
 * `runwright serve`: runs until it is asked to stop.
 *
 * @param program the `runwright` program itself, which the built-in runner is started from
 * @returns the exit code
 */
export async function serve(
  env: NodeJS.ProcessEnv,
  flags: Flags,
  program = process.argv[1] ?? '',
  version?: string,
): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const complain = (line: string): void => void process.stderr.write(`runwright: ${line}\n`);
  let stop: (code: number) => void = () => {};
  const stopped = new Promise<number>((resolve) => (stop = resolve));
  try {
    const config = readConfig(env, flags);
    const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
    say(`Runwright starts; its data is in ${config.homeFolder}`);
    const server = await startServer(config, {
      log,
      program,
      ...(version === undefined ? {} : { version }),
      onCrash: (problem) => {
        complain(problem.message);
        stop(1);
      },
    });
    say(`Runwright is ready at ${server.url}`);
    if (server.adminTokenFile !== null) say(`The administrator's token is in ${server.adminTokenFile}`);
    say('Stop it with Ctrl-C');
    const asked = (): void => {
      say('Runwright stops: what is running gets up to 30 seconds to end; Ctrl-C again to leave at once');
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      stop(0);
    };
    process.once('SIGINT', asked);
    process.once('SIGTERM', asked);
    const code = await stopped;
    await server.close();
    return code;
  } catch (error) {
    if (isStartProblem(error)) {
      complain(error.message);
      return 1;
    }
    throw error;
  }
}
