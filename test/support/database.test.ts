import { expect, test } from 'vitest';
import { openTestDatabase } from './database.ts';

test('every test database is migrated, empty and its own', async () => {
  const [one, two] = [await openTestDatabase(), await openTestDatabase()];
  await one.db
    .insertInto('organization')
    .values({ id: 'org-1', name: 'one', email: 'one@example.com', created_at: new Date() })
    .execute();
  expect(await two.db.selectFrom('organization').selectAll().execute()).toEqual([]);
  await one.close();
  await two.close();
});
