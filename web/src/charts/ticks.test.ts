import { expect, test } from 'vitest';
import { ticksFor } from './ticks.ts';

test.each([
  [0, 'number', [0, 1]],
  [1, 'number', [0, 0.5, 1]],
  [3, 'number', [0, 1, 2, 3]],
  [7, 'number', [0, 2, 4, 6, 8]],
  [0.3, 'number', [0, 0.1, 0.2, 0.3]],
  [1_999, 'number', [0, 500, 1_000, 1_500, 2_000]],
  [100_000, 'number', [0, 50_000, 100_000]],
  [3, 'time', [0, 1, 2, 3]],
  [45, 'time', [0, 15, 30, 45]],
  [200, 'time', [0, 60, 120, 180, 240]],
  [4_000, 'time', [0, 1_800, 3_600, 5_400]],
  [400_000, 'time', [0, 100_000, 200_000, 300_000, 400_000]],
] as const)('an axis up to %s in %s has round marks', (max, kind, ticks) => {
  const found = ticksFor(max, kind);
  expect(found).toHaveLength(ticks.length);
  found.forEach((tick, index) => expect(tick).toBeCloseTo(ticks[index] ?? Number.NaN, 9));
});
