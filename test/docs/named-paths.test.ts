import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
/** The folders that a named path may be relative to. */
const BASES = ['', 'src/server', 'packages/models/src'];
const NAMED = /`((?:[\w.-]+\/)+(?:[\w.-]+\/|[\w.-]+\.(?:ts|md|cjs|mjs)))`|([A-Z]+\.md)/g;

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', '.dependency-cruiser.cjs'])(
  'every file that %s names is there',
  (page) => {
    const text = readFileSync(path.join(root, page), 'utf8');
    const named = [...text.matchAll(NAMED)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !BASES.some((base) => existsSync(path.join(root, base, name))))).toEqual(
      [],
    );
  },
);

test('each decision page has its own number, and its heading matches its file name', () => {
  const folder = path.join(root, 'docs', 'adr');
  const pages = readdirSync(folder).map((name) => {
    const [, said] = /^# (\d+)\b/.exec(readFileSync(path.join(folder, name), 'utf8')) ?? [];
    return { name, number: name.slice(0, 4), said };
  });
  expect(pages.filter(({ number, said }) => said !== undefined && Number(said) !== Number(number))).toEqual(
    [],
  );
  const numbers = pages.map(({ number }) => number);
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});
