import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packZip64 } from '../../../test/support/zip64.ts';
import { unpackZip } from './unpack-zip.ts';

let root: string;
let out: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runwright-zip-'));
  out = join(root, 'out');
  mkdirSync(out);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(bytes: Uint8Array): string {
  const file = join(root, 'archive.zip');
  writeFileSync(file, bytes);
  return file;
}

test('an archive that unpacks to more than the limit is given up in the middle', async () => {
  const all = { a: Buffer.alloc(3_000_000, '0'), b: Buffer.alloc(3_000_000, '1') };
  const file = put(zipSync(all));
  await expect(unpackZip(file, out, { bytes: 4_000_000, entries: 10 })).rejects.toThrow('more than');
  await expect(unpackZip(file, out, { bytes: 10_000_000, entries: 1 })).rejects.toThrow('entries');
  expect(readFileSync(join(out, 'a')).length).toBe(3_000_000);
});

test('an archive in the form of those above 4 GB is unpacked', async () => {
  await unpackZip(put(packZip64('program', '#!/bin/sh\n')), out);
  expect(readFileSync(join(out, 'program'), 'utf8')).toBe('#!/bin/sh\n');
  expect(statSync(join(out, 'program')).mode & 0o777).toBe(0o755);
});

test.each([
  ['more than any package has', 9 * 1024 ** 3, 'unpacks to more than 8589934592 bytes'],
  ['more than it has', 5 * 1024 ** 3, 'the archive is damaged'],
])(
  'an archive whose directory names %s is refused before anything of it is written',
  async (_what, bytes, words) => {
    await expect(unpackZip(put(packZip64('program', '#!/bin/sh\n', bytes)), out)).rejects.toThrow(words);
    expect(readdirSync(out)).toEqual([]);
  },
);

test('a damaged archive is noticed by its checksums, wherever the damage is', async () => {
  const file = put(packZip64('program', '#!/bin/sh\n', 3));
  await expect(unpackZip(file, out)).rejects.toThrow('the checksum of "program" is wrong');
  rmSync(out, { recursive: true });
  const zip = zipSync({ program: Buffer.from('#!/bin/sh\n') }, { level: 0 });
  zip[40] = 0x21;
  await expect(unpackZip(put(zip), out)).rejects.toThrow('is damaged');
});
