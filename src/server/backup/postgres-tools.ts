import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { BackupProblem } from './backup-problem.ts';

/** The end of a tool's error output states the reason. */
const MAX_COMPLAINT = 2_000;
const DEBIAN = '/usr/lib/postgresql';

/** Writes all of a PostgreSQL database to a file, as of one moment; its servers may run. @throws BackupProblem */
export async function dumpPostgres(databaseUrl: string, file: string): Promise<void> {
  await runTool('pg_dump', databaseUrl, ['--format=custom', '--no-owner', '--no-privileges', '--file', file]);
}

/** Restores all or nothing. @throws BackupProblem where the database is not empty, and for any other reason */
export async function restorePostgres(databaseUrl: string, file: string): Promise<void> {
  await refuseUsed(databaseUrl);
  const flags = ['--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error'];
  const { database = '' } = await partsOf(databaseUrl);
  await runTool('pg_restore', databaseUrl, [...flags, '--dbname', database, file]);
}

async function refuseUsed(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema')`,
    );
    if (rows[0]?.count === '0') return;
  } catch (error) {
    throw new BackupProblem(
      `DATABASE_URL cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
  throw new BackupProblem(
    'the database of DATABASE_URL has tables already: nothing was changed. Name an empty one, made with createdb',
  );
}

/** Everybody on a machine can read the command lines of its processes: the password goes through the environment. */
async function runTool(tool: string, databaseUrl: string, args: readonly string[]): Promise<void> {
  const program = findTool(tool);
  if (program === null) {
    throw new BackupProblem(`${tool} is not on the PATH: install PostgreSQL's client (postgresql-client)`);
  }
  const { environment } = await partsOf(databaseUrl);
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MAX_COMPLAINT);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new BackupProblem(`${tool} failed: ${complaint.trim() || `it ended with ${code}`}`);
}

function findTool(tool: string): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newestFirst = versions.toSorted((one, other) => Number(other) - Number(one));
  // A dump needs tools that are at least as new as the server.
  const folders = [
    ...newestFirst.map((version) => path.join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  return folders.map((folder) => path.join(folder, tool)).find((file) => existsSync(file)) ?? null;
}

/** The address as the variables that PostgreSQL's programs read. */
async function partsOf(databaseUrl: string) {
  const { parse } = await import('pg-connection-string');
  const parts = parse(databaseUrl);
  const query = URL.canParse(databaseUrl) ? new URL(databaseUrl).searchParams : new URLSearchParams();
  const settings: Record<string, string | null | undefined> = {
    PGHOST: parts.host,
    PGPORT: parts.port,
    PGUSER: parts.user,
    PGPASSWORD: parts.password,
    PGDATABASE: parts.database,
    PGSSLMODE: query.get('sslmode'),
    PGSSLROOTCERT: query.get('sslrootcert'),
    PGSSLCERT: query.get('sslcert'),
    PGSSLKEY: query.get('sslkey'),
  };
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) if (value) environment[name] = value;
  return { database: parts.database ?? undefined, environment };
}
