import { EventEmitter, once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestDatabase } from '../../../test/support/database.ts';
import type { TestDatabase } from '../../../test/support/database.ts';
import { transact } from './transact.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.close());

/** All messages of a channel, and a way to wait for more. */
async function collect(channel: string) {
  const payloads: string[] = [];
  const arrivals = new EventEmitter();
  const subscription = await database.notifications.listen(channel, (payload) => {
    payloads.push(payload);
    arrivals.emit('payload');
  });
  const until = async (count: number) => {
    while (payloads.length < count) await once(arrivals, 'payload');
    return payloads;
  };
  return { until, payloads, subscription };
}

test('a message of a transaction arrives when it commits, never when it is rolled back', async () => {
  const { notifications, db } = database;
  const { until } = await collect('committed');
  const failing = transact(db, async (tx) => {
    await notifications.notify(tx, 'committed', 'rolled back');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await transact(db, (tx) => notifications.notify(tx, 'committed', 'one'));
  await transact(db, (tx) => notifications.notify(tx, 'committed', 'two'));
  expect(await until(2)).toEqual(['one', 'two']);
});

test('a message reaches the listeners of its channel, until they close', async () => {
  const one = await collect('first');
  const two = await collect('second');
  await database.notifications.publish('first', 'a');
  await one.until(1);
  one.subscription.close();
  await database.notifications.publish('first', 'b');
  await database.notifications.publish('second', 'c');
  await two.until(1);
  expect([one.payloads, two.payloads]).toEqual([['a'], ['c']]);
});

test('a message that PostgreSQL would refuse is refused by both databases', async () => {
  const { notifications } = database;
  await expect(notifications.publish('long', 'x'.repeat(8_000))).rejects.toThrow('too long');
  await expect(notifications.publish('no "quotes"', 'x')).rejects.toThrow('not a name');
});

// The embedded database has no connection that could break.
const isPostgres = inject('databaseTemplate').kind === 'postgres';
if (isPostgres) {
  test('a broken connection is opened again, and listeners learn of the gap', async () => {
    const { notifications, db } = database;
    const { until } = await collect('again');
    const gap = new Promise<void>((resolve) => notifications.onGap(resolve));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'runwright notifications'`.execute(db);
    await gap;
    await notifications.publish('again', 'after');
    expect(await until(1)).toEqual(['after']);
  });
}
