import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { prepareOften } from './postgres-statements.ts';
import { runSql } from './sql-pool.ts';

const server = process.env['RUNWRIGHT_TEST_POSTGRES_URL'];

/** Only for PostgreSQL: the embedded database prepares its statements itself. */
describe.runIf(server !== undefined)('statements on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await openTestDatabase()));
  afterAll(async () => await database.close());

  const open = (): { pool: pg.Pool; unprepared: Error[]; prepared: ReturnType<typeof prepareOften> } => {
    // With one session, the statements that one call prepares are there for the next.
    const pool = new pg.Pool({ connectionString: server, max: 1 });
    const unprepared: Error[] = [];
    return {
      pool,
      unprepared,
      prepared: prepareOften(pool, { onUnprepared: (error) => unprepared.push(error) }),
    };
  };
  const preparedTexts = async (pool: pg.Pool): Promise<string[]> => {
    const { rows } = await pool.query<{ statement: string }>('select statement from pg_prepared_statements');
    return rows.map(({ statement }) => statement);
  };

  test('a repeated statement is prepared, one that is sent once is not', async () => {
    const { pool, prepared } = open();
    const often = 'select $1::int + 1 as sum';
    for (const value of [1, 2, 3])
      expect(await runSql(prepared, often, [value])).toEqual([{ sum: value + 1 }]);
    await runSql(prepared, 'select $1::int + 2 as sum', [1]);
    expect(await preparedTexts(pool)).toEqual([often]);
    await pool.end();
  });

  test('a column that is added meanwhile is in the answer, in a new session', async () => {
    const { pool, prepared } = open();
    const table = `changing_${process.pid}`;
    await pool.query(`create table ${table} (id int); insert into ${table} values (1)`);
    const read = () => runSql(prepared, `select * from ${table} where id = $1`, [1]);
    for (let count = 0; count < 3; count += 1) expect(await read()).toEqual([{ id: 1 }]);
    await pool.query(`alter table ${table} add column name text default 'new'`);
    expect(await read()).toEqual([{ id: 1, name: 'new' }]);
    expect(await read()).toEqual([{ id: 1, name: 'new' }]);
    await pool.query(`drop table ${table}`);
    await pool.end();
  });

  test('inside a transaction the caller gets the error, and the session is not used again', async () => {
    const { pool, prepared } = open();
    const table = `changing_in_transaction_${process.pid}`;
    await pool.query(`create table ${table} (id int); insert into ${table} values (1)`);
    const text = `select * from ${table} where id = $1`;
    for (let count = 0; count < 3; count += 1) await runSql(prepared, text, [1]);
    const { rows: before } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    await pool.query(`alter table ${table} add column name text`);
    const client = await prepared.connect();
    await client.query('begin', []);
    await expect(client.query(text, [1])).rejects.toMatchObject({ code: '0A000' });
    client.release();
    const { rows: after } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    expect(after).not.toEqual(before);
    expect(await runSql(prepared, text, [1])).toEqual([{ id: 1, name: null }]);
    await pool.query(`drop table ${table}`);
    await pool.end();
  });

  test('after a pooler takes prepared statements away, statements are sent unprepared', async () => {
    const { pool, prepared, unprepared } = open();
    const text = 'select $1::int as value';
    for (let count = 0; count < 3; count += 1) await runSql(prepared, text, [1]);
    await pool.query('deallocate all');
    expect(await runSql(prepared, text, [2])).toEqual([{ value: 2 }]);
    expect(unprepared).toHaveLength(1);
    for (let count = 0; count < 3; count += 1) await runSql(prepared, text, [3]);
    expect(await preparedTexts(pool)).toEqual([]);
    expect(unprepared).toHaveLength(1);
    await pool.end();
  });
});
