import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const folder = path.resolve(import.meta.dirname, '..', '..', 'docs', 'adr');

test('each decision has a number of its own, which its file and its title say', () => {
  const files = readdirSync(folder).toSorted();
  const numbers = files.map((file) => Number(/^(\d{4})-/.exec(file)?.[1]));
  expect(numbers).toEqual([...new Set(numbers)]);
  for (const [index, file] of files.entries()) {
    const [title = ''] = readFileSync(path.join(folder, file), 'utf8').split('\n');
    expect([file, title]).toEqual([file, expect.stringMatching(new RegExp(`^# ${numbers[index]}\\. \\S`))]);
  }
});
