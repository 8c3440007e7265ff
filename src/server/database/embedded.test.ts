import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { silentLog } from '../../../test/support/silent-log.ts';
import type { DatabaseProblem } from './database-problem.ts';
import { startMaintenance } from './embedded-maintenance.ts';
import { locateEmbeddedProgram } from './embedded-program.ts';
import { startEmbeddedSession } from './embedded-session.ts';
import { openDatabase } from './open.ts';
import type { OpenDatabase } from './open.ts';
import { runSql } from './sql-pool.ts';
import { transact } from './transact.ts';

let folder: string;
let homeFolder: string;
const open: OpenDatabase[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(inject('databaseTemplate').workFolder, 'embedded-'));
  homeFolder = path.join(folder, 'home');
});
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(home = homeFolder): Promise<OpenDatabase> {
  const database = await openDatabase({ homeFolder: home, logger: silentLog });
  open.push(database);
  return database;
}

test('the first start makes a private folder, and the next one has all committed rows', async () => {
  const first = await start();
  await sql`create table kept (id int)`.execute(first.db);
  await sql`insert into kept values (1)`.execute(first.db);
  await first.close();
  expect(statSync(homeFolder).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(homeFolder, 'database')).mode & 0o777).toBe(0o700);

  const second = await start();
  expect((await sql`select * from kept`.execute(second.db)).rows).toEqual([{ id: 1 }]);
});

test('a second server on the folder is refused, until the first has closed', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    reason: 'folder-in-use',
    message: expect.stringContaining(homeFolder),
  });
  await first.close();
  await start();
});

test('a first start that was cut short is begun anew', async () => {
  const home = path.join(folder, 'cut-short');
  const unfinished = path.join(home, 'database.unfinished');
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(path.join(unfinished, 'PG_VERSION'), '18\n');
  const { db } = await start(home);
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  expect(existsSync(unfinished)).toBe(false);
});

test('a folder of another format is left alone, and the error names its format', async () => {
  const home = path.join(folder, 'old');
  mkdirSync(path.join(home, 'database'), { recursive: true });
  const version = path.join(home, 'database', 'PG_VERSION');
  writeFileSync(version, '15\n');
  await expect(start(home)).rejects.toMatchObject({
    reason: 'folder-unusable',
    message: expect.stringContaining('PostgreSQL 15'),
  });
  expect(readFileSync(version, 'utf8')).toBe('15\n');
  rmSync(version);
  await expect(start(home)).rejects.toMatchObject({ reason: 'folder-unusable' });
});

test('without the prepared database PostgreSQL makes one; every commit reaches the disk', async () => {
  const session = await startEmbeddedSession({
    program: { ...locateEmbeddedProgram(), template: null },
    folder: path.join(folder, 'database-from-scratch'),
    onCrash: () => {},
  });
  await session.query('create table t (id int)', []);
  const before = await session.countSyncs();
  for (let id = 0; id < 10; id += 1) await session.query('insert into t values ($1)', [String(id)]);
  expect(await session.countSyncs()).toBeGreaterThanOrEqual(before + 10);
  await session.close();
});

test('a database thread that ends by itself is reported once, and every query fails', async () => {
  const problems: DatabaseProblem[] = [];
  const program = path.join(folder, 'crashing-worker.mjs');
  writeFileSync(
    program,
    `import { parentPort } from 'node:worker_threads';
     parentPort.postMessage({ kind: 'ready' });
     parentPort.on('message', () => { throw new Error('out of memory'); });`,
  );
  const session = await startEmbeddedSession({
    program: { worker: program, template: null },
    folder: 'nowhere',
    onCrash: (problem) => problems.push(problem),
  });
  const asked = session.query('select 1', []);
  await expect(asked).rejects.toMatchObject({ reason: 'crashed' });
  await expect(session.query('select 1', [])).rejects.toThrow('out of memory');
  await session.close();
  expect(problems).toMatchObject([{ reason: 'crashed' }]);
});

test('closing waits for the transaction that is under way', async () => {
  const database = await start();
  await sql`create table slow (id int)`.execute(database.db);
  let opened = (): void => {};
  const isOpen = new Promise<void>((resolve) => (opened = resolve));
  const working = transact(database.db, async (tx) => {
    opened();
    for (let id = 0; id < 5; id += 1) await sql`insert into slow values (${id})`.execute(tx);
  });
  await isOpen;
  await database.close();
  await working;
  const { db } = await start();
  expect((await sql`select count(*) as n from slow`.execute(db)).rows).toEqual([{ n: 5 }]);
});

test('the upkeep vacuums tables with many changes, and makes a checkpoint when much was written', async () => {
  const { pool } = await start();
  const maintenance = startMaintenance({ pool, onError: () => {}, everyMs: 3_600_000 });
  await maintenance.run();
  await runSql(pool, 'create table busy (id int, filler text)');
  await runSql(pool, `insert into busy select i, repeat(md5(i::text), 40) from generate_series(1, 20000) i`);
  await runSql(pool, 'update busy set id = id + 1');
  // PostgreSQL updates the statistics that the upkeep reads about once a second.
  await runSql(pool, 'select pg_stat_force_next_flush()');
  await runSql(pool, 'select 1');
  const { vacuumed, checkpointed } = await maintenance.run();
  expect(vacuumed).toContain('public.busy');
  expect(checkpointed).toBe(true);
  const again = await maintenance.run();
  expect(again.vacuumed).not.toContain('public.busy');
  expect(again.checkpointed).toBe(false);
  await maintenance.stop();
});
