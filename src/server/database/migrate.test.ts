import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/support/database.ts';
import type { TestDatabase } from '../../../test/support/database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

let database: TestDatabase;
beforeEach(async () => void (database = await openTestDatabase()));
afterEach(() => database.close());

const addTable = {
  ...migrations,
  '9001-later': {
    up: async (db: TestDatabase['db']) => void (await sql`create table later (id int)`.execute(db)),
  },
};

async function tableExists(name: string) {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(
    database.db,
  );
  return rows[0]?.found;
}

test('servers that start together migrate once', async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => migrate(database, addTable)));
  expect(outcomes.flat()).toEqual(['9001-later']);
  expect(await tableExists('later')).toBe(true);
});

test('a database that a newer version has migrated is refused', async () => {
  await migrate(database, addTable);
  await expect(migrate(database)).rejects.toMatchObject({
    reason: 'schema-too-new',
    message: expect.stringContaining('9001-later'),
  });
});

test('a migration that fails leaves nothing behind and says why', async () => {
  const failing = {
    ...addTable,
    '9002-broken': {
      up: async (db: TestDatabase['db']) => void (await sql`select * from nowhere`.execute(db)),
    },
  };
  await expect(migrate(database, failing)).rejects.toThrow('relation "nowhere" does not exist');
  expect(await tableExists('later')).toBe(false);
  expect(await migrate(database, addTable)).toEqual(['9001-later']);
});
