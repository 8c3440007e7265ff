import { expect, test } from 'vitest';
import { createReadiness } from './readiness.ts';

test('a database that hangs is not ready, gets one query, and is ready again when it answers', async () => {
  const failures: unknown[] = [];
  let asked = 0;
  let wake = () => {};
  const hanging = new Promise<void>((resolve) => (wake = resolve));
  const isReady = createReadiness(
    async () => {
      asked += 1;
      await hanging;
    },
    20,
    (error) => failures.push(error),
  );
  expect(await Promise.all(Array.from({ length: 50 }, isReady))).toEqual(Array(50).fill(false));
  expect([asked, failures.length]).toEqual([1, 50]);
  expect(String(failures[0])).toContain('no answer in 20 ms');
  wake();
  await hanging;
  expect([await isReady(), await isReady(), asked]).toEqual([true, true, 2]);
});

test('a database that refuses is not ready, and gets a new query', async () => {
  const answers = [new Error('it is shut down'), undefined];
  const failures: unknown[] = [];
  const isReady = createReadiness(
    () => {
      const error = answers.shift();
      return error ? Promise.reject(error) : Promise.resolve();
    },
    1_000,
    (error) => failures.push(error),
  );
  expect([await isReady(), await isReady()]).toEqual([false, true]);
  expect(failures).toEqual([new Error('it is shut down')]);
});
