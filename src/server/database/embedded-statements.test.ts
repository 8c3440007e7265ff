import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createEmbeddedStatements, type EmbeddedStatements } from './embedded-statements.ts';

let database: PGlite;
let statements: EmbeddedStatements;
beforeAll(async () => {
  database = await PGlite.create();
});
afterAll(async () => await database.close());
beforeEach(async () => {
  await database.exec('deallocate all; drop table if exists thing');
  await database.exec('create table thing (id int primary key, name text)');
  statements = createEmbeddedStatements(database, 3);
});

const remembered = async (): Promise<string[]> => {
  const { rows } = await database.query<{ statement: string }>(
    `select statement from pg_prepared_statements where statement not like '%pg_prepared%' order by statement`,
  );
  return rows.map(({ statement }) => statement);
};

test('values are those of PGlite itself, the first time and the second', async () => {
  const sql = `select $1::int as number, $2::text as word, $3::bool as truth, $4::jsonb as document,
    $5::timestamptz as moment, $6::bytea as bytes, $7::text[] as list, null as nothing, $8::float8 as fraction`;
  const parameters = [
    ...['7', "it's", 't', '{"a": [1]}', '2026-01-02T03:04:05.678Z'],
    ...['\\x00ff', '{"a,b",NULL}', '0.25'],
  ];
  const { rows } = await database
    .exec(
      `select 7 as number, 'it''s' as word, true as truth, '{"a": [1]}'::jsonb as document,
      '2026-01-02T03:04:05.678Z'::timestamptz as moment, '\\x00ff'::bytea as bytes,
      array['a,b', null] as list, null as nothing, 0.25::float8 as fraction`,
    )
    .then(([result]) => result ?? expect.fail());
  for (const _time of [1, 2]) {
    expect(await statements.run(sql, parameters)).toEqual({ command: 'SELECT', rowCount: 1, rows });
  }
  expect(await remembered()).toEqual([sql]);
});

test('written rows are counted, and returned', async () => {
  const insert = 'insert into thing values ($1, $2), ($3, null) returning id';
  expect(await statements.run(insert, ['1', 'one', '2'])).toEqual({
    command: 'INSERT',
    rowCount: 2,
    rows: [{ id: 1 }, { id: 2 }],
  });
  expect(await statements.run('update thing set name = $1', [null])).toEqual({
    command: 'UPDATE',
    rowCount: 2,
    rows: [],
  });
});

test('the statements that were used longest ago are forgotten', async () => {
  for (const n of [1, 2, 3, 1, 4]) await statements.run(`select $1::int + ${n} as sum`, ['1']);
  expect(await remembered()).toEqual([1, 3, 4].map((n) => `select $1::int + ${n} as sum`));
});

test('a changed table is read in its new form, also when the change is rolled back', async () => {
  const read = async () => (await statements.run('select * from thing where id = $1', ['1'])).rows;
  await statements.run('insert into thing values ($1, $2)', ['1', 'one']);
  expect(await read()).toEqual([{ id: 1, name: 'one' }]);
  await statements.runScript('alter table thing add column size int default 3');
  expect(await read()).toEqual([{ id: 1, name: 'one', size: 3 }]);
  await statements.runScript('begin');
  await statements.runScript('alter table thing drop column name');
  expect(await read()).toEqual([{ id: 1, size: 3 }]);
  await statements.runScript('rollback');
  expect(await read()).toEqual([{ id: 1, name: 'one', size: 3 }]);
});

test('a refused statement gives the reason, and the next one works', async () => {
  const insert = 'insert into thing values ($1, $2)';
  await statements.run(insert, ['1', 'one']);
  await expect(statements.run(insert, ['1', 'again'])).rejects.toMatchObject({
    code: '23505',
    constraint: 'thing_pkey',
  });
  await expect(statements.run('select $1::int', ['no number'])).rejects.toMatchObject({ code: '22P02' });
  await expect(statements.run('select $1 from nowhere', ['1'])).rejects.toMatchObject({ code: '42P01' });
  expect((await statements.run('select $1::int as n', ['5'])).rows).toEqual([{ n: 5 }]);
  await statements.runScript('begin');
  await expect(statements.run(insert, ['1', 'again'])).rejects.toMatchObject({ code: '23505' });
  await expect(statements.run('select $1::int as n', ['5'])).rejects.toMatchObject({ code: '25P02' });
  await statements.runScript('rollback');
  expect((await statements.run('select $1::int as n', ['5'])).rows).toEqual([{ n: 5 }]);
  await statements.run(insert, ['2', 'two']);
});
