import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/support/database.ts';
import type { TestDatabase } from '../../../test/support/database.ts';
import { silentLog } from '../../../test/support/silent-log.ts';
import { transact } from '../database/transact.ts';
import { openQueue, priorities, queues } from './work-queue.ts';
import type { Job, WorkQueue } from './work-queue.ts';

const STEPS = queues.defaultSteps;

let database: TestDatabase;
let queue: WorkQueue;
beforeAll(async () => {
  database = await openTestDatabase();
  queue = await openQueue(database, { logger: silentLog });
});
afterEach(async () => {
  for (let job = await queue.fetch(STEPS); job; job = await queue.fetch(STEPS)) await complete(job);
});
afterAll(async () => {
  await queue.close();
  await database.close();
});

const enqueue = (name: string, options: { priority?: number; singletonKey?: string } = {}) =>
  transact(database.db, (tx) =>
    queue.enqueue(tx, STEPS, { name }, { priority: priorities.plan, ...options }),
  );
const fetchName = async () => (await queue.fetch<{ name: string }>(STEPS))?.data.name;
const complete = (job: Job<unknown>) => transact(database.db, (tx) => queue.complete(tx, job));

test('a job is there when its transaction commits, and never when that is rolled back', async () => {
  const failing = transact(database.db, async (tx) => {
    await queue.enqueue(tx, STEPS, { name: 'rolled back' }, { priority: priorities.plan });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await queue.fetch(STEPS)).toBeNull();
  await enqueue('committed');
  expect(await fetchName()).toBe('committed');
});

test('applies go before plans, speculative plans after them, and older ones first within a kind', async () => {
  await enqueue('speculative', { priority: priorities.speculativePlan });
  await enqueue('plan 1');
  await enqueue('apply', { priority: priorities.apply });
  await enqueue('plan 2');
  const order = [await fetchName(), await fetchName(), await fetchName(), await fetchName()];
  expect(order).toEqual(['apply', 'plan 1', 'plan 2', 'speculative']);
});

test('a job waits without a time limit, even for months', async () => {
  const own = await openTestDatabase();
  const quick = await openQueue(own, { logger: silentLog, superviseIntervalSeconds: 1 });
  const put = async (name: string) =>
    await transact(own.db, async (tx) => await quick.enqueue(tx, STEPS, { name }, { priority: 0 }));
  const pass = async (id: string | null, time: string) =>
    await sql`update pgboss.job set created_on = created_on - ${time}::interval,
      start_after = start_after - ${time}::interval, keep_until = keep_until - ${time}::interval
      where id = ${id}::uuid`.execute(own.db);
  const left = async () =>
    (
      await sql<{ name: string }>`select data->>'name' as name from pgboss.job where name = ${STEPS}`.execute(
        own.db,
      )
    ).rows.map(({ name }) => name);
  await pass(await put('waits'), '300 days');
  await pass(await put('is given up'), '100 years');
  await expect.poll(left, { timeout: 50_000 }).not.toContain('is given up');
  expect(await left()).toEqual(['waits']);
  await quick.close();
  await own.close();
});

test('a key has only one job until that job is completed', async () => {
  const key = { singletonKey: 'plan-1' };
  expect(await enqueue('first', key)).not.toBeNull();
  expect(await enqueue('second', key)).toBeNull();
  const job = await queue.fetch(STEPS);
  expect(await enqueue('third', key)).toBeNull();
  if (job) await complete(job);
  expect(await enqueue('fourth', key)).not.toBeNull();
});

test('a job fetched in a transaction that is rolled back can be fetched again at once', async () => {
  await enqueue('work');
  const failing = transact(database.db, async (tx) => {
    const job = await queue.fetch(STEPS, tx);
    if (job) await queue.complete(tx, job);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await fetchName()).toBe('work');
});

test('parallel fetches get each job once', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `job ${index}`);
  await transact(database.db, async (tx) => {
    for (const name of names) await queue.enqueue(tx, STEPS, { name }, { priority: priorities.plan });
  });
  const fetched = await Promise.all(
    Array.from({ length: 24 }, () =>
      transact(database.db, async (tx) => {
        const job = await queue.fetch<{ name: string }>(STEPS, tx);
        if (job) await queue.complete(tx, job);
        return job?.data.name;
      }),
    ),
  );
  expect(fetched.filter((name) => name !== undefined).sort()).toEqual([...names].sort());
});

test('a job that failed is delivered again at once', async () => {
  await enqueue('flaky');
  const job = await queue.fetch(STEPS);
  expect(job && (await transact(database.db, (tx) => queue.fail(tx, job, 'no luck')))).toBe(true);
  expect(await queue.fetch(STEPS)).toMatchObject({ id: job?.id, retryCount: 1 });
});

test('a job that is never ended is delivered again, and its first delivery can no longer end it', async () => {
  const impatient = await openQueue(database, {
    logger: silentLog,
    expireInSeconds: 1,
    superviseIntervalSeconds: 1,
  });
  await enqueue('abandoned');
  const first = await queue.fetch(STEPS);
  let second: Job<object> | null = null;
  while (second === null) {
    await sleep(200);
    second = await queue.fetch(STEPS);
  }
  expect(second).toMatchObject({ id: first?.id, data: { name: 'abandoned' }, retryCount: 1 });
  expect(first && (await complete(first))).toBe(false);
  expect(await complete(second)).toBe(true);
  await impatient.close();
});
