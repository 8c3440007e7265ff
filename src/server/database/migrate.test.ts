import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/support/database.ts';
import type { TestDatabase } from '../../../test/support/database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.close());

const doing = (statement: string): Migration => ({
  up: async (db: Kysely<unknown>) => void (await sql.raw(statement).execute(db)),
});
const later = { ...migrations, '9001-later': doing('create table later (id int)') };

async function tableExists(name: string) {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(
    database.db,
  );
  return rows[0]?.found;
}

test('servers that start together migrate once', async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => migrate(database, later)));
  expect(outcomes.flat()).toEqual(['9001-later']);
  expect(await tableExists('later')).toBe(true);
});

test('a database that a newer version has migrated is refused', async () => {
  await migrate(database, later);
  await expect(migrate(database, migrations)).rejects.toMatchObject({
    reason: 'schema-too-new',
    message: expect.stringContaining('9001-later'),
  });
});

test('a migration that fails leaves nothing behind and gives the reason', async () => {
  const failing = {
    ...later,
    '9002-good': doing('create table good (id int)'),
    '9003-broken': doing('select * from nowhere'),
  };
  await expect(migrate(database, failing)).rejects.toThrow('relation "nowhere" does not exist');
  expect(await tableExists('good')).toBe(false);
  expect(await migrate(database, later)).toEqual([]);
});
