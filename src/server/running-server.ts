import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { acceptAgentToken, createBuiltinAgentToken } from './access/agent-tokens.ts';
import { ensureFirstAdmin } from './access/first-admin.ts';
import { startSealer } from './audit/sealer.ts';
import { startSweeper } from './blobs/sweep.ts';
import { startBuiltinRunner } from './builtin-runner/builtin-runner.ts';
import { openLoopbackDoor, type LoopbackDoor } from './builtin-runner/loopback-door.ts';
import { ConfigProblem, type Config } from './config.ts';
import type { Platform } from './context.ts';
import { openMcpDoor, type McpDoor } from './mcp/door.ts';
import type { McpService } from './mcp/mount.ts';
import { startDeliveries } from './notifications/deliver.ts';
import { openPlatform, type OpenPlatform, type StartStage } from './platform.ts';
import { startTriggerWorker } from './triggered-runs/worker.ts';
import { startTaskCalls } from './task-calls/loop.ts';
import { startPhaseWorker } from './phase-work/worker.ts';
import { watchForLost } from './runs/lost-watch.ts';
import { recoverRuns } from './runs/recover.ts';
import { createServer } from './server.ts';
import { builtWebFolder } from './web-app/app-files.ts';

const LOOK_FOR_LOST_MS = 5_000;
/** How long steps of the built-in runner may take to end by themselves when the server is asked to stop. */
const STOP_GRACE_MS = 30_000;

export interface RunningServer {
  url: string;
  platform: Platform;
  /** The file with the first administrator's token, or null when the token was configured. */
  adminTokenFile: string | null;
  close(): Promise<void>;
}

export interface ServeOptions {
  log: Logger;
  /** The `runwright` program, for the built-in runner. */
  program: string;
  onCrash: (problem: Error) => void;
  /** The version of the program, shown to MCP clients. */
  version?: string;
  onStage?: (stage: StartStage) => void;
  /** How often to look for lost runners and forgotten runs. */
  lookForLostMs?: number;
  /** The folder of the built web pages, if it is not the program's. */
  webFolder?: string;
}

/**
 * Starts a server and its built-in runner.
 *
 * @param opening the platform, if the caller has begun to open it already
 * @throws ConfigProblem, DatabaseProblem
 */
export async function startServer(
  config: Config,
  options: ServeOptions,
  opening: Promise<OpenPlatform> = openPlatform(config, options),
): Promise<RunningServer> {
  const { log, program, version = '0.0.0', onStage, lookForLostMs = LOOK_FOR_LOST_MS } = options;
  const webFolder = options.webFolder ?? builtWebFolder();
  const { platform, isReady, close: closePlatform } = await opening;
  /** Functions to call at the end, the last one first. */
  const closers: (() => unknown)[] = [closePlatform];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    let mcpDoor: McpDoor | undefined;
    let runnerDoor: LoopbackDoor | undefined;
    const fetchFor: McpDoor['fetchFor'] = (address) => mcpDoor?.fetchFor(address) ?? refuseToFetch;
    const mcp = await createMcpService(config, platform, fetchFor, version);
    const app = await createServer(platform, isReady, config, { mcp, webFolder });
    closers.push(() => app.close());
    closers.push(() => mcpDoor?.close());
    closers.push(() => mcp?.close());
    closers.push(() => runnerDoor?.close());
    // Requests that wait for news are answered at once, because the parts that are closed next wait for them.
    closers.push(() => platform.wakeUps.close());
    const adminTokenFile = await ensureFirstAdmin(platform, config.homeFolder, config.adminToken);
    await acceptAgentToken(platform, config.agentToken);
    onStage?.('taking up the runs that were interrupted');
    await recoverRuns(platform);
    await listen(app, config);
    const url = localUrl(config, app.server.address() as AddressInfo);
    platform.publicUrl = config.publicUrl ?? url;
    if (mcp !== undefined) mcpDoor = await openMcpDoor(app, () => platform.publicUrl);
    const sealer = startSealer(platform);
    closers.push(() => sealer.stop());
    const sweeper = startSweeper(platform);
    closers.push(() => sweeper.stop());
    const deliveries = startDeliveries(platform);
    closers.push(() => deliveries.stop());
    const triggers = startTriggerWorker(platform);
    closers.push(() => triggers.stop());
    const phases = startPhaseWorker(platform);
    closers.push(() => phases.stop());
    const taskCalls = startTaskCalls(platform);
    closers.push(() => taskCalls.stop());
    const watch = watchForLost(platform, lookForLostMs);
    closers.push(() => watch.stop());
    if (config.runners !== 0) {
      // The certificate is issued for the name that others use.
      if (config.tls !== null) runnerDoor = await openLoopbackDoor(app, config.homeFolder);
      const runner = startBuiltinRunner({
        program,
        serverUrl: runnerDoor?.url ?? url,
        token: await createBuiltinAgentToken(platform),
        slots: config.runners,
        homeFolder: config.homeFolder,
        certificateFile: config.tls?.certFile ?? null,
        log,
      });
      closers.push(() => runner.stop(STOP_GRACE_MS));
    }
    return { url: platform.publicUrl, platform, adminTokenFile, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** MCP knows only the server's public API; this function connects the two. */
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

/** An address that works on this machine: a server that listens everywhere is reached over loopback. */
function localUrl({ host, tls }: Config, { port }: AddressInfo): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`;
}
