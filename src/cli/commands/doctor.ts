import path from 'node:path';
import { usageError } from '../cli-error.ts';
import type { Check, CheckResult, DoctorSettings } from '../doctor/check.ts';
import { checkClock } from '../doctor/clock-check.ts';
import { checkDatabase } from '../doctor/database-check.ts';
import { checkEngine } from '../doctor/engine-check.ts';
import { checkDisk, checkHome } from '../doctor/folder-checks.ts';
import { checkPort } from '../doctor/port-check.ts';
import { checkProviders } from '../doctor/provider-check.ts';
import { checkSandbox } from '../doctor/sandbox-check.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface DoctorFlags {
  readonly host?: string;
  readonly port?: string;
  readonly home?: string;
  readonly databaseUrl?: string;
  readonly configuration?: string;
  readonly json?: true;
}

/** Exit code 1 when a check fails; advice on a passed check does not change it. */
export async function runDoctor(flags: DoctorFlags, terminal: Terminal): Promise<number> {
  const settings = readSettings(flags, terminal.env);
  const results: ({ name: string } & CheckResult)[] = [];
  for (const { name, run } of checksFor(settings)) {
    const result = await run().catch(unexpected);
    results.push({ name, ...result });
    if (flags.json === undefined) terminal.print(describe(name, result, terminal));
  }
  const ok = results.every((result) => result.ok);
  if (flags.json !== undefined) terminal.print(JSON.stringify({ ok, checks: results }, null, 2));
  return ok ? EXIT.ok : EXIT.failed;
}

function checksFor(settings: DoctorSettings): Check[] {
  return [
    { name: 'node', run: () => Promise.resolve(checkNode(process.versions.node)) },
    { name: 'engine', run: () => checkEngine(settings) },
    { name: 'providers', run: () => checkProviders(settings) },
    { name: 'sandbox', run: () => checkSandbox(settings) },
    { name: 'home', run: () => checkHome(settings) },
    { name: 'disk', run: () => checkDisk(settings) },
    { name: 'database', run: () => checkDatabase(settings) },
    { name: 'port', run: () => checkPort(settings) },
    { name: 'clock', run: () => checkClock() },
  ];
}

export function checkNode(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const found = `Node.js ${version}`;
  return major > 20 || (major === 20 && minor >= 19)
    ? { ok: true, found }
    : { ok: false, found, fix: 'install Node.js 20.19 or newer, best 24' };
}

function describe(name: string, { ok, found, fix }: CheckResult, { style }: Terminal): string {
  const mark = ok ? style('green', 'ok  ') : style('red', 'FAIL');
  return `${mark} ${name.padEnd(9)} ${printable(found)}${fix === undefined ? '' : `: ${fix}`}`;
}

function unexpected(error: unknown): CheckResult {
  return {
    ok: false,
    found: `the check itself failed: ${error instanceof Error ? error.message : String(error)}`,
  };
}

function readSettings(flags: DoctorFlags, env: NodeJS.ProcessEnv): DoctorSettings {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const port = Number(flags.port ?? given('RUNWRIGHT_PORT') ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw usageError('--port (RUNWRIGHT_PORT) must be a whole number from 0 to 65535');
  }
  return {
    host: flags.host ?? given('RUNWRIGHT_HOST') ?? '127.0.0.1',
    port,
    homeFolder: path.resolve(flags.home ?? given('RUNWRIGHT_HOME') ?? '.runwright'),
    databaseUrl: flags.databaseUrl ?? given('DATABASE_URL'),
    ...(flags.configuration !== undefined && { configurationFolder: path.resolve(flags.configuration) }),
    env,
  };
}
