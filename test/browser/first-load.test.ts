import { expect, test } from 'vitest';
import { firstLoad } from '../support/first-load.ts';

const MOST_BYTES = 250 * 1024;

test('the page of a run loads at most 250 KiB of compressed JavaScript', () => {
  const { pageBytes, bytes } = firstLoad('run-page');
  expect(pageBytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});
