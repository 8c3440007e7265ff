import { expect, test } from 'vitest';
import { countTypes } from './count-types.ts';

const block = (type: string, count: number) => ({ name: 'a', type, count, module: 'root' });

test('types are counted over all blocks, the most frequent first, without data sources', () => {
  const blocks = [
    block('b', 1),
    block('a', 1),
    block('c', 1),
    block('c', 2),
    block('d', 0),
    block('data.c', 9),
  ];
  expect(countTypes(blocks)).toEqual([
    ['c', 3],
    ['a', 1],
    ['b', 1],
  ]);
});
