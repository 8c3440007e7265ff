/**
 * `npm run interop`: clients by other authors, or generated from the served OpenAPI document, against a real server
 * with its runner and real terraform; on an embedded database, and where RUNWRIGHT_TEST_POSTGRES_URL is set on PostgreSQL
 * as well.
 *
 * With --short it runs only the clients generated from the OpenAPI document, on an embedded database, because compiling
 * the Go client and generating thousands of requests takes minutes.
 *
 * Prints a line for each client. A language that is not installed is left out and named, with how to add it; so is
 * one whose packages cannot be downloaded. Where CI=true, missing what `.ci/run` installs is a failure. The last line
 * is `N passed, N failed`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeWorkFolder } from '../support/work-folder.ts';
import { runContract, runGo, runPython, runTypeScript, type Result, type Scene } from './clients.ts';
import { endCommands } from './commands.ts';
import { makeDatabase, type Database } from './database.ts';
import { startServer, type Server } from './server.ts';
import { prepareGo, preparePython, prepareTypeScript, type Toolchain } from './toolchains.ts';
import { makeWorld } from './world.ts';

const isShort = process.argv.includes('--short');
const total = { passed: 0, failed: 0 };
const leftOut = new Set<string>();
const missingInCI = new Set<string>();
const startedMs = performance.now();
const secondsSince = (ms: number): string => ((performance.now() - ms) / 1000).toFixed(1);

function tell({ what, passed, failed, output, detail }: Result, sinceMs: number): void {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) console.log(output.trimEnd());
  const counts = passed + failed > 1 ? `: ${passed} passed, ${failed} failed` : '';
  const more = detail === undefined ? '' : `: ${detail}`;
  console.log(`${failed > 0 ? 'FAILED' : 'ok    '} ${what}${counts}${more} (${secondsSince(sinceMs)} s)`);
}

/** Runs the clients of a language if it is installed, and prints their results. */
async function withTools(
  prepared: Promise<Toolchain>,
  act: (folder: string) => Promise<Result | Result[]>,
): Promise<void> {
  const toolchain = await prepared;
  if ('leftOut' in toolchain) {
    leftOut.add(toolchain.leftOut);
    if (toolchain.isInstalledInCI) missingInCI.add(toolchain.leftOut);
    return;
  }
  const sinceMs = performance.now();
  for (const result of [await act(toolchain.folder)].flat()) tell(result, sinceMs);
}

async function openScenes(server: Server, folder: string) {
  const openapi = path.join(folder, 'openapi.json');
  const response = await fetch(`${server.url}/api/openapi.json`);
  writeFileSync(openapi, await response.text());
  return (name: string): Scene => {
    mkdirSync(path.join(folder, name));
    return { server, openapi, folder: path.join(folder, name) };
  };
}

async function runOn(serverUrl: string | undefined): Promise<void> {
  console.log(`on ${serverUrl === undefined ? 'an embedded database' : 'PostgreSQL'}:`);
  const workFolder = makeWorkFolder();
  const [python, typescript] = [preparePython(), prepareTypeScript()];
  const databases: Database[] = [];
  const servers: Server[] = [];
  const start = async (): Promise<Server> => {
    const database = await makeDatabase(workFolder, serverUrl);
    databases.push(database);
    const server = await startServer(database);
    servers.push(server);
    return server;
  };
  try {
    const scene = await openScenes(await start(), workFolder);
    await Promise.all([
      withTools(python, async (venv) => await runPython(scene('python'), venv)),
      withTools(typescript, async (tools) => await runTypeScript(scene('typescript'), tools)),
      ...(isShort ? [] : [withTools(prepareGo(), async (tools) => await runGo(scene('go'), tools))]),
    ]);
    if (isShort) return;
    // Generated requests may delete anything, and as many are generated as the time allows, so they get their own
    // server and the machine to themselves.
    const contract = await start();
    await withTools(python, async (venv) => {
      const made = { ...scene('contract'), server: contract };
      return await runContract(made, venv, await makeWorld(contract));
    });
  } finally {
    await Promise.all(servers.map(async (server) => await server.stop()));
    if (total.failed > 0) for (const server of servers) console.log(server.output());
    for (const database of databases) await database.remove();
    rmSync(workFolder, { recursive: true, force: true });
  }
}

process.once('exit', endCommands);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const postgres = isShort ? undefined : process.env['RUNWRIGHT_TEST_POSTGRES_URL'];
for (const serverUrl of [undefined, ...(postgres === undefined ? [] : [postgres])]) await runOn(serverUrl);

if (isShort) {
  console.log(
    'left out of the short form: the Go client, schemathesis, PostgreSQL (npm run interop has them)',
  );
}
for (const line of leftOut) console.log(`left out: ${line}`);
if (process.env['CI'] === 'true') total.failed += missingInCI.size;
if (total.failed > 0) process.exitCode = 1;
console.log(`in ${secondsSince(startedMs)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
