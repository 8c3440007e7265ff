import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { createRefresher } from './refresh.ts';

test('many changes at once cause few reads, and the last read sees the final state', async () => {
  const queries = new QueryClient();
  let now = 0;
  let readings = 0;
  const observer = new QueryObserver(queries, {
    queryKey: ['runs', 'acme', 'all'],
    queryFn: async () => {
      readings += 1;
      const seen = now;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return seen;
    },
  });
  const leave = observer.subscribe(() => undefined);
  const refresh = createRefresher(queries, 1);
  for (now = 1; now < 200; now += 1) {
    refresh.lists('acme');
    if (now % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 7));
  }
  refresh.lists('acme');
  await expect.poll(() => observer.getCurrentResult().data).toBe(200);
  expect(readings).toBeLessThan(20);
  leave();
  queries.clear();
});
