import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/support/database.ts';
import type { TestDatabase } from '../../../test/support/database.ts';
import { afterCommit, transact } from './transact.ts';
import type { Tx } from './transact.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await sql`create table account (name text primary key, amount int not null)`.execute(database.db);
});
afterEach(async () => void (await sql`truncate account`.execute(database.db)));
afterAll(() => database.close());

type Handle = Tx | TestDatabase['db'];
const put = (on: Handle, name: string, amount = 0) =>
  sql`insert into account values (${name}, ${amount})`.execute(on);
const names = async (on: Handle = database.db) => {
  const { rows } = await sql<{ name: string }>`select name from account order by name`.execute(on);
  return rows.map(({ name }) => name);
};

describe('transact', () => {
  test('keeps everything when the callback resolves, and gives its result', async () => {
    const result = await transact(database.db, async (tx) => {
      await put(tx, 'a');
      await put(tx, 'b');
      return await names(tx);
    });
    expect(result).toEqual(['a', 'b']);
    expect(await names()).toEqual(['a', 'b']);
  });

  test('keeps nothing when the callback throws, and throws the same', async () => {
    const failing = transact(database.db, async (tx) => {
      await put(tx, 'a');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await names()).toEqual([]);
  });

  test('is not joined by a query that another caller sends meanwhile', async () => {
    let opened = (): void => {};
    const isOpen = new Promise<void>((resolve) => (opened = resolve));
    const failing = transact(database.db, async (tx) => {
      await put(tx, 'inside');
      opened();
      await sleep(50);
      throw new Error('rolled back');
    });
    await isOpen;
    await Promise.all([put(database.db, 'outside'), expect(failing).rejects.toThrow('rolled back')]);
    expect(await names()).toEqual(['outside']);
  });

  test('loses no change of many callers at the same time', async () => {
    await put(database.db, 'shared');
    const add = () =>
      transact(database.db, async (tx) => {
        const { rows } = await sql<{ amount: number }>`select amount from account for update`.execute(tx);
        await sql`update account set amount = ${(rows[0]?.amount ?? 0) + 1}`.execute(tx);
      });
    await Promise.all(Array.from({ length: 40 }, add));
    const { rows } = await sql<{ amount: number }>`select amount from account`.execute(database.db);
    expect(rows).toEqual([{ amount: 40 }]);
  });

  test('refuses the database itself inside, and the database works on', async () => {
    const failing = transact(database.db, async (tx) => {
      await put(tx, 'a');
      await names(database.db);
    });
    await expect(failing).rejects.toThrow('use the tx');
    const nested = transact(database.db, () => transact(database.db, async () => {}));
    await expect(nested).rejects.toThrow('use the tx');
    expect(await names()).toEqual([]);
  });

  test('lets work that it started use the database once it has ended', async () => {
    let later: Promise<string[]> = Promise.resolve([]);
    await transact(database.db, async (tx) => {
      await put(tx, 'a');
      later = sleep(50).then(() => names());
    });
    expect(await later).toEqual(['a']);
  });

  test('is not taken for committed when the callback hid a failed statement', async () => {
    const failing = transact(database.db, async (tx) => {
      await put(tx, 'a');
      await put(tx, 'a').catch(() => {});
    });
    await expect(failing).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  test('survives a failed statement that a savepoint surrounds', async () => {
    await transact(database.db, async (tx) => {
      await put(tx, 'a');
      await sql`savepoint before`.execute(tx);
      await expect(put(tx, 'a')).rejects.toMatchObject({ code: '23505', constraint: 'account_pkey' });
      await sql`rollback to savepoint before`.execute(tx);
      await put(tx, 'b');
    });
    expect(await names()).toEqual(['a', 'b']);
  });

  test('runs a repeatable callback again when PostgreSQL gave it up, and no other callback', async () => {
    let attempts = 0;
    const giveUpTwice = async (tx: Tx) => {
      attempts += 1;
      await put(tx, `attempt ${attempts}`);
      if (attempts < 3) await sql`do $$ begin raise sqlstate '40P01'; end $$`.execute(tx);
    };
    await expect(transact(database.db, giveUpTwice)).rejects.toMatchObject({ code: '40P01' });
    expect(attempts).toBe(1);
    await transact(database.db, giveUpTwice, { repeatable: true });
    expect(await names()).toEqual(['attempt 3']);
  });
});

describe('afterCommit', () => {
  test('has its effect once others can see the committed rows', async () => {
    const seen = new Promise<string[]>((resolve) => {
      void transact(database.db, async (tx) => {
        afterCommit(tx, () => resolve(names()));
        await put(tx, 'a');
      });
    });
    expect(await seen).toEqual(['a']);
  });

  test('has no effect after a rollback', async () => {
    let effects = 0;
    const failing = transact(database.db, async (tx) => {
      afterCommit(tx, () => (effects += 1));
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await sleep(20);
    expect(effects).toBe(0);
  });
});
