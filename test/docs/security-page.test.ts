import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(root, 'docs', 'security.md'), 'utf8');

/** `file`: *words of the test* */
const named = [...page.matchAll(/`([^`]+\.test\.ts)`: \*([^*]+)\*/g)].map(([, file = '', words = '']) => ({
  file,
  words,
}));
/** The text of a test file without the escapes of quotes in names. */
const unescaped = (text: string): string => text.replaceAll("\\'", "'");

test('every threat has one row', () => {
  const rows = [...page.matchAll(/^\| (T\d+) +\|/gm)].map(([, id]) => id);
  expect(rows).toEqual(Array.from({ length: 32 }, (_, index) => `T${index + 1}`));
});

test('every test that docs/security.md names is there', () => {
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(({ file, words }) => {
    const place = path.join(root, file);
    return !existsSync(place) || !unescaped(readFileSync(place, 'utf8')).includes(words);
  });
  expect(missing).toEqual([]);
});

test('every test file that the page names is named together with one of its tests', () => {
  const files = [...page.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file]) => file);
  const alone = files.filter((file) => !named.some((one) => one.file === file));
  expect(alone).toEqual(['test/docs/security-page.test.ts']);
});
