import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/support/database.ts';
import type { TestDatabase } from '../../../test/support/database.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.close());

const at = new Date('2026-11-24T08:00:45.847Z');

test.each([
  ['a 64-bit number', sql`${42}::int8`, 42],
  ['a count', sql`(select count(*) from pg_class where false)`, 0],
  ['a negative number', sql`${-7}::int4`, -7],
  ['an array of 64-bit numbers', sql`array[1, null, 3]::int8[]`, [1, null, 3]],
  ['a numeric', sql`1.50::numeric`, '1.50'],
  ['a float', sql`${0.5}::float8`, 0.5],
  ['a boolean', sql`${true}::boolean`, true],
  ['a moment', sql`${at}::timestamptz`, at],
  ['a moment written elsewhere', sql`'2026-11-24 13:30:45.847+05:30'::timestamptz`, at],
  ['an array of moments', sql`array[${at}]::timestamptz[]`, [at]],
  [
    'the leap day of the year 20',
    sql`${new Date('0020-02-29T00:00:00Z')}::timestamptz`,
    new Date('0020-02-29T00:00:00Z'),
  ],
  [
    'a moment of the year 49',
    sql`${new Date('0049-12-31T23:59:59.999Z')}::timestamptz`,
    new Date('0049-12-31T23:59:59.999Z'),
  ],
  ['a text that begins with U+FEFF', sql`${'\ufeffhello'}::text`, '\ufeffhello'],
  ['a date', sql`'2026-11-24'::date`, '2026-11-24'],
  ['a time without a zone', sql`'2026-11-24 08:00:45'::timestamp`, '2026-11-24 08:00:45'],
  ['an interval', sql`'90 minutes'::interval`, '01:30:00'],
  ['an object', sql`${{ a: [1, { b: null }] }}::jsonb`, { a: [1, { b: null }] }],
  ['JSON text', sql`${'["x"]'}::jsonb`, ['x']],
  ['texts', sql`${['a', 'b "c", \\']}::text[]`, ['a', 'b "c", \\']],
  ['numbers', sql`${[1, 2]}::int4[]`, [1, 2]],
  ['null', sql`${null}::text`, null],
  ['nothing', sql`${undefined}::text`, null],
])('%s comes back the same from both databases', async (_name, expression, expected) => {
  const { rows } = await sql<{ value: unknown }>`select ${expression} as value`.execute(database.db);
  expect(rows[0]?.value).toEqual(expected);
});

test('a number too big to be exact is refused, and the session works on', async () => {
  await expect(sql`select 9007199254740993::int8 as value`.execute(database.db)).rejects.toThrow('too big');
  expect((await sql`select 1 as value`.execute(database.db)).rows).toEqual([{ value: 1 }]);
});

test('an array for a jsonb column is refused by both databases', async () => {
  await expect(sql`select ${[{ a: 1 }]}::jsonb as value`.execute(database.db)).rejects.toThrow('json');
});

test('every moment that an ISO 8601 text can name comes back', async () => {
  const moment = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  await fc.assert(
    fc.asyncProperty(moment, async (value) => {
      const { rows } =
        await sql`select ${value}::timestamptz as value, array[${value}]::timestamptz[] as list`.execute(
          database.db,
        );
      expect(rows).toEqual([{ value, list: [value] }]);
    }),
    { numRuns: 100 },
  );
});

test('any text survives, alone and in an array', async () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(text, fc.constant(null))), text, async (values, value) => {
      const { rows } = await sql`select ${values}::text[] as "values", ${value}::text as value`.execute(
        database.db,
      );
      expect(rows).toEqual([{ values, value }]);
    }),
    { numRuns: 25 },
  );
});

test('an error has the same fields on both databases', async () => {
  await sql`create table child (id int primary key, parent int not null references child)`.execute(
    database.db,
  );
  await expect(sql`insert into child values (1, 2)`.execute(database.db)).rejects.toMatchObject({
    code: '23503',
    table: 'child',
    constraint: 'child_parent_fkey',
  });
});

test('the number of changed rows is known', async () => {
  const result = await database.db.deleteFrom('organization').executeTakeFirstOrThrow();
  expect(result.numDeletedRows).toBe(0n);
});
