import { expect, test } from 'vitest';
import { actOnEach } from './act-on-each.ts';

test('each is acted on once, a few at a time, and a refusal is told of its own', async () => {
  const acted: string[] = [];
  let working = 0;
  let most = 0;
  const ids = Array.from({ length: 40 }, (_, index) => `ws-${String(index)}`);
  const { done, refused } = await actOnEach(ids, async (id) => {
    working += 1;
    most = Math.max(most, working);
    await new Promise((resolve) => setTimeout(resolve, 1));
    working -= 1;
    acted.push(id);
    if (id.endsWith('7')) throw new Error(`${id} is locked`);
  });
  expect(acted.toSorted()).toEqual(ids.toSorted());
  expect(most).toBeLessThanOrEqual(6);
  expect([done.size, [...refused.values()]]).toEqual([
    36,
    ['ws-7 is locked', 'ws-17 is locked', 'ws-27 is locked', 'ws-37 is locked'],
  ]);
});
