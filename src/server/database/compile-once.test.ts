import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { compileOnce } from './compile-once.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(async () => await database.close());

test('each call sends its own values in their places, beside the constants of the statement', async () => {
  let built = 0;
  const find = compileOnce((db, statuses: readonly string[], status: string) => {
    built += 1;
    return db
      .selectFrom('run_status')
      .select('status')
      .where('final', '=', true)
      .where((where) => where.or([where('status', '=', status), where('status', 'is', null)]))
      .where((where) => where(where.val(status), '=', where.fn.any(where.val(statuses))));
  });
  const { db } = database;
  expect(await find(db, ['applied', 'errored'], 'applied')).toEqual([{ status: 'applied' }]);
  expect(await find(db, ['errored'], 'applied')).toEqual([]);
  expect(await find(db, ['errored'], 'errored')).toEqual([{ status: 'errored' }]);
  expect(await find(db, ['planning'], 'planning')).toEqual([]);
  expect(built).toBe(1);
});
