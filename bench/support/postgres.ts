import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { findPostgres, startPostgres } from '../../scripts/postgres-server.mjs';

/**
 * Runs `act` with the address of a PostgreSQL server: the one in DATABASE_URL, or a new one that ends afterwards.
 *
 * @returns undefined, after a printed line, when there is none
 */
export async function withPostgres<T>(act: (serverUrl: string) => Promise<T>): Promise<T | undefined> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return await act(given);
  const binFolder = findPostgres();
  if (binFolder === null) {
    process.stdout.write('PostgreSQL is left out: it is not installed, and DATABASE_URL is not set\n');
    return undefined;
  }
  const server = await startPostgres(binFolder);
  try {
    return await act(server.url);
  } finally {
    await server.stop();
  }
}

/** Runs `act` with the address of a new database, which is dropped afterwards. */
export async function withDatabase<T>(serverUrl: string, act: (url: string) => Promise<T>): Promise<T> {
  const name = `runwright_bench_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  try {
    return await act(url.href);
  } finally {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}
