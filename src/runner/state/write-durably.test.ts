import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeDurably } from './write-durably.ts';

test('when several write a file at the same time, one wins whole, and nothing else stays', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-write-durably-'));
  const file = path.join(folder, 'file');
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000));
  await Promise.all(texts.map(async (text) => await writeDurably(file, Buffer.from(text))));
  expect(texts).toContain(readFileSync(file, 'utf8'));
  expect(readdirSync(folder)).toEqual(['file']);
  rmSync(folder, { recursive: true });
});
