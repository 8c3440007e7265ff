/**
 * The template of every test database: migrated and with its queues, made once for a whole test run.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../../src/server/database/migrate.ts';
import { openDatabase } from '../../src/server/database/open.ts';
import { openQueue } from '../../src/server/queue/work-queue.ts';
import { silentLog } from './silent-log.ts';

/** The template of this test run: a folder to copy, or a database of a server to copy. */
export type DatabaseTemplate =
  | { kind: 'embedded'; folder: string; workFolder: string }
  | { kind: 'postgres'; serverUrl: string; name: string; workFolder: string };

const projectFolder = path.resolve(import.meta.dirname, '..', '..');
const cacheFolder = path.join(projectFolder, 'node_modules', '.cache', 'runwright');

/** The files that determine the contents of a fresh database. */
const sources = ['src/server/database/migrations', 'src/server/queue', 'package-lock.json'];

/** Makes the template, which is kept between runs until one of its sources changes. */
export async function makeEmbeddedTemplate(workFolder: string): Promise<DatabaseTemplate> {
  const folder = path.join(cacheFolder, `database-${hashSources()}`);
  if (!existsSync(folder)) {
    const homeFolder = path.join(cacheFolder, randomUUID());
    await fill({ homeFolder });
    rmSync(path.join(homeFolder, 'lock'));
    keepAs(homeFolder, folder);
  }
  return { kind: 'embedded', folder, workFolder };
}

export async function makePostgresTemplate(serverUrl: string, workFolder: string): Promise<DatabaseTemplate> {
  const name = `runwright_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await onServer(serverUrl, `create database ${name}`);
  await fill({ homeFolder: workFolder, databaseUrl: addressOf(serverUrl, name) });
  return { kind: 'postgres', serverUrl, name, workFolder };
}

/** Drops the template and the copies that tests have left. */
export async function dropPostgresTemplate(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like $1`,
      [`${name}%`],
    );
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  } finally {
    await client.end();
  }
}

export async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The server's address with another database name. */
export function addressOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Moves the folder to its place. If another test run has made the same one meanwhile, either will do. */
function keepAs(made: string, folder: string): void {
  try {
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

async function fill(where: { homeFolder: string; databaseUrl?: string }): Promise<void> {
  const database = await openDatabase({ ...where, logger: silentLog });
  await migrate(database);
  const queue = await openQueue(database, { logger: silentLog });
  await queue.close();
  await database.close();
}

function hashSources(): string {
  const hash = createHash('sha256');
  const add = (file: string): void => {
    hash.update(file).update(readFileSync(path.join(projectFolder, file)));
  };
  for (const source of sources) {
    if (source.endsWith('.json')) add(source);
    else
      for (const name of readdirSync(path.join(projectFolder, source)).sort()) add(path.join(source, name));
  }
  return hash.digest('hex').slice(0, 16);
}
