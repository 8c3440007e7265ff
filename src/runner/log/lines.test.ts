import { expect, test } from 'vitest';
import { createLineSplitter } from './lines.ts';

function split(chunks: readonly Buffer[]): Buffer[] {
  const lines: Buffer[] = [];
  const splitter = createLineSplitter((each) => lines.push(each));
  chunks.forEach((chunk) => splitter.write(chunk));
  splitter.end();
  return lines;
}
const mebibyte = Buffer.alloc(1024 ** 2, 'A');

test('lines stay whole, and the last one gets its end', () => {
  expect(split([Buffer.from('a\nb'), Buffer.from('c\nd')]).map(String)).toEqual(['a\n', 'bc\n', 'd\n']);
  expect(split([])).toEqual([]);
});

test('a line without an end is passed on as it comes', () => {
  const lines = split(Array.from({ length: 40 }, () => mebibyte));
  expect(lines).toHaveLength(40);
  expect(Math.max(...lines.map((line) => line.length))).toBe(1024 ** 2);
});

test('bytes that are not UTF-8 stay unchanged', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x0a, 0xc3]);
  expect(Buffer.concat(split([bytes]))).toEqual(Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x0a]));
});

test('small pieces of a line that never ends are not held for ever', () => {
  let largest = 0;
  const splitter = createLineSplitter((each) => (largest = Math.max(largest, each.length)));
  for (let round = 0; round < 100_000; round++) splitter.write(Buffer.alloc(100, 'x'));
  expect(largest).toBeGreaterThanOrEqual(1024 ** 2);
  expect(largest).toBeLessThan(1024 ** 2 + 100);
});
