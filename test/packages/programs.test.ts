import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const DIST = path.resolve(import.meta.dirname, '../../dist');

test('the built programs are Latin-1 only, since V8 stores a file with any other character at double size', async () => {
  const programs = (await readdir(DIST, { recursive: true })).filter(
    (name) => name.endsWith('.js') && !name.startsWith('web'),
  );
  expect(programs.length).toBeGreaterThan(10);
  const wide = await Promise.all(
    programs.map(async (name) => {
      const text = await readFile(path.join(DIST, name), 'utf8');
      return [...text.matchAll(/.{0,30}[^\0-\xff].{0,30}/g)].map(([around]) => `${name}: ${around}`);
    }),
  );
  expect(wide.flat()).toEqual([]);
});
