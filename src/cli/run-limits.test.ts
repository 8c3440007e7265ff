import { expect, test } from 'vitest';
import { readRunLimits } from './run-limits.ts';

const read = (settings: Record<string, string>) => readRunLimits((name) => settings[name]);

test('sizes have a unit, times are seconds, and an absent setting sets no limit here', () => {
  expect(
    read({ RUNWRIGHT_RUN_MEMORY: '2GB', RUNWRIGHT_RUN_TMP: '512 mb', RUNWRIGHT_RUN_PLAN_TIME: '60' }),
  ).toEqual({
    memoryBytes: 2 * 1024 ** 3,
    temporaryBytes: 512 * 1024 ** 2,
    planMs: 60_000,
  });
  expect(read({})).toEqual({});
});

test.each([
  ['RUNWRIGHT_RUN_MEMORY', '1MB'],
  ['RUNWRIGHT_RUN_MEMORY', 'much'],
  ['RUNWRIGHT_RUN_DISK', '-5GB'],
  ['RUNWRIGHT_RUN_DISK', '1e3GB'],
  ['RUNWRIGHT_RUN_PROCESSES', '0'],
  ['RUNWRIGHT_RUN_PROCESSES', '12.5'],
  ['RUNWRIGHT_RUN_APPLY_TIME', '2h'],
  ['RUNWRIGHT_RUN_LOG', '999999999TB'],
])('%s of %j is refused by its name', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
});
