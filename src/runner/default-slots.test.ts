import { expect, it } from 'vitest';
import { defaultSlots } from './default-slots.ts';

const GIB = 1024 ** 3;

it.each([
  [2, 24, 4],
  [2, 4, 2],
  [16, 16, 8],
  [1, 0.5, 1],
])('%i cores and %d GiB of memory have %i slots', (cores, gib, slots) => {
  expect(defaultSlots(cores, gib * GIB)).toBe(slots);
});
