import { expect, test } from 'vitest';
import { createMemory } from './memory.ts';

test('callers who come while a call goes on, and soon after, get its result', async () => {
  const remember = createMemory<number>({ keptMs: 60_000, failedMs: 0 });
  let calls = 0;
  const make = async () => {
    await Promise.resolve();
    return ++calls;
  };
  expect(await Promise.all([remember('a', make), remember('a', make), remember('b', make)])).toEqual([
    1, 1, 2,
  ]);
  expect(await remember('a', make)).toBe(1);
  const failing = createMemory<number>({ keptMs: 60_000, failedMs: 0 });
  await expect(failing('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await failing('a', make)).toBe(3);
  const stubborn = createMemory<number>({ keptMs: 0, failedMs: 60_000 });
  await expect(stubborn('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(stubborn('a', make)).rejects.toThrow('no');
});

test('a memory does not grow without end', async () => {
  const remember = createMemory<number>({ keptMs: 60_000, failedMs: 0 });
  let calls = 0;
  const make = () => Promise.resolve(++calls);
  for (let index = 0; index <= 1_000; index++) await remember(String(index), make);
  expect([await remember('1000', make), await remember('0', make)]).toEqual([1_001, 1_002]);
});
