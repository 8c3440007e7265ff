import { expect, test } from 'vitest';
import type { EmbeddedSession } from './embedded-session.ts';
import { createEmbeddedPool } from './embedded-pool.ts';

/** A session that answers statements which begin and end transactions like PostgreSQL, and records all statements. */
function fakeSession() {
  const asked: string[] = [];
  const session: EmbeddedSession = {
    async query(sql) {
      asked.push(sql);
      if (sql === 'fail') throw new Error('failed');
      return [{ command: sql.split(' ')[0]?.toUpperCase() ?? '', rowCount: 0, rows: [] }];
    },
    countSyncs: async () => 0,
    copyTo: async (folder) => void asked.push(`(copied to ${folder})`),
    close: async () => void asked.push('(closed)'),
  };
  return { session, asked };
}

test('callers get their turn in the order of asking', async () => {
  const { session, asked } = fakeSession();
  const pool = createEmbeddedPool(session);
  await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const client = await pool.connect();
      await client.query(`${name} 1`, []);
      await client.query(`${name} 2`, []);
      client.release();
    }),
  );
  expect(asked).toEqual(['a 1', 'a 2', 'b 1', 'b 2', 'c 1', 'c 2']);
});

test.each([
  ['a transaction that was never ended', ['begin'], true],
  ['a rollback to a savepoint', ['begin', 'savepoint x', 'rollback to savepoint x'], true],
  ['a failed statement', ['fail'], true],
  ['a committed transaction', ['begin', 'commit'], false],
  ['a rolled back transaction', ['begin', 'rollback'], false],
  ['a query', ['select 1'], false],
])('%s is rolled back before the next caller: %3$s', async (_name, statements, isRolledBack) => {
  const { session, asked } = fakeSession();
  const pool = createEmbeddedPool(session);
  const first = await pool.connect();
  for (const statement of statements) await first.query(statement, []).catch(() => {});
  first.release();
  const next = await pool.connect();
  await next.query('next', []);
  expect(asked).toEqual([...statements, ...(isRolledBack ? ['rollback'] : []), 'next']);
});

test('a caller that waits too long gets an error, and does not delay the callers behind it', async () => {
  const { session } = fakeSession();
  const pool = createEmbeddedPool(session, { turnTimeoutMs: 30 });
  const holder = await pool.connect();
  await expect(pool.connect()).rejects.toThrow('30 ms');
  const next = pool.connect();
  holder.release();
  await expect(next).resolves.toBeDefined();
});

test('a session that was given back can no longer be used', async () => {
  const pool = createEmbeddedPool(fakeSession().session);
  const client = await pool.connect();
  client.release();
  client.release();
  await expect(client.query('select 1', [])).rejects.toThrow('given back');
});

test('closing waits for the callers before it and refuses those after it', async () => {
  const { session, asked } = fakeSession();
  const pool = createEmbeddedPool(session);
  const client = await pool.connect();
  const ending = pool.end();
  const late = expect(pool.connect()).rejects.toThrow('closed');
  await client.query('last words', []);
  client.release();
  await ending;
  await late;
  await expect(pool.connect()).rejects.toThrow('closed');
  expect(asked).toEqual(['last words', '(closed)']);
});
