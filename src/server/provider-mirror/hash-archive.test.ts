import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPackage, listPackage } from '../../runner/providers/package-files.ts';
import { unpackZip } from '../../runner/providers/unpack-zip.ts';
import { DamagedArchive, hashArchive } from './hash-archive.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'runwright-hash-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function archive(files: Record<string, string>): string {
  const file = path.join(folder, `${Object.keys(files).length}.zip`);
  const entries = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  writeFileSync(file, zipSync(Object.fromEntries(entries)));
  return file;
}

test('an archive has the hash that its package has once it is unpacked', async () => {
  const file = archive({ 'terraform-provider-it': '#!', 'a/b': 'x', a0: 'y', ä: 'z', 'a-b': '' });
  const place = mkdtempSync(path.join(folder, 'unpacked-'));
  await unpackZip(file, place);
  expect(await hashArchive(file, 1_000)).toBe(await hashPackage(place, await listPackage(place)));
});

test('an archive that unpacks to more than the limit is refused', async () => {
  const file = archive({ a: '0'.repeat(600), b: '0'.repeat(600) });
  await expect(hashArchive(file, 1_000)).rejects.toThrow(DamagedArchive);
  await expect(hashArchive(file, 1_200)).resolves.toMatch(/^h1:/);
});
