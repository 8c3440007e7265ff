import { expect, test } from 'vitest';
import { readEvery } from './read-every.ts';

const pages = [['a', 'b'], ['c'], []];

test('a list of several pages is read to its end', async () => {
  const asked: number[] = [];
  const { signal } = new AbortController();
  const { data } = await readEvery(({ pageNumber }) => {
    asked.push(pageNumber);
    const next = pageNumber < pages.length ? pageNumber + 1 : null;
    return Promise.resolve({
      data: pages[pageNumber - 1] ?? [],
      meta: {
        pagination: {
          'current-page': pageNumber,
          'page-size': 100,
          'next-page': next,
          'prev-page': null,
          'total-pages': pages.length,
          'total-count': 3,
        },
      },
    });
  }, signal);
  expect([data, asked]).toEqual([
    ['a', 'b', 'c'],
    [1, 2, 3],
  ]);
});

test('a list without pages is read once', async () => {
  const { signal } = new AbortController();
  expect(await readEvery(() => Promise.resolve({ data: ['only'] }), signal)).toEqual({ data: ['only'] });
});
