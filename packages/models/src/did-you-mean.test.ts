import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

const FIELDS = ['plan_only', 'save_plan', 'refresh', 'refresh_only', 'message', 'is_destroy', 'target_addrs'];

describe('didYouMean', () => {
  it.each([
    ['plan_onlly', 'plan_only'],
    ['planOnly', 'plan_only'],
    ['PLAN-ONLY', 'plan_only'],
    ['refreshonly', 'refresh_only'],
    ['refesh', 'refresh'],
    ['destroy', 'is_destroy'],
    ['targets_addrs', 'target_addrs'],
    ['msg', undefined],
    ['zork', undefined],
    ['', undefined],
  ])('suggests for %j the word %j', (word, meant) => {
    expect(didYouMean(word, FIELDS)).toBe(meant);
  });

  it('does not match a very long word with a short one', () => {
    expect(didYouMean('x'.repeat(1_000_000), FIELDS)).toBeUndefined();
  });
});
