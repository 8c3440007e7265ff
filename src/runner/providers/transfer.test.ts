import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProviderStore, type ProviderStore } from './provider-store.ts';
import { makeStoreFolder } from './store-folder.ts';
import { exportStore, importMirror, listStore, type Transferred } from './transfer.ts';
import { unpackZip } from './unpack-zip.ts';

let root: string;
let mirror: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runwright-transfer-'));
  mirror = join(root, 'mirror');
  mkdirSync(mirror);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function newStore(name: string): Promise<ProviderStore> {
  await makeStoreFolder(join(root, name));
  return openProviderStore(join(root, name), () => undefined);
}

const PROGRAM = 'terraform-provider-b_v1.0.0';
const unixFile = (text: string, mode = 0o100755): Zippable[string] => [
  Buffer.from(text),
  { os: 3, attrs: (mode << 16) >>> 0 },
];
const zipOf = (files: Zippable) => Buffer.from(zipSync(files));

/** Adds an archive in the layout of `terraform providers mirror`. */
function addArchive(zip: Buffer, version = '1.0.0', hash?: string): void {
  const folder = join(mirror, 'registry.test/a/b');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `terraform-provider-b_${version}_linux_amd64.zip`), zip);
  const archives = { linux_amd64: { url: 'x', ...(hash !== undefined && { hashes: [hash] }) } };
  writeFileSync(join(folder, `${version}.json`), JSON.stringify({ archives }));
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ versions: { [version]: {} } }));
}
async function take(store: ProviderStore): Promise<Transferred[]> {
  const all: Transferred[] = [];
  for await (const each of importMirror(store, mirror)) all.push(each);
  return all;
}

test('a mirror is imported, exported, and imported again from the export', async () => {
  const zip = zipOf({ [PROGRAM]: unixFile('#!/bin/sh\n'), 'LICENSE.txt': unixFile('free', 0o100644) });
  addArchive(zip, '1.0.0', `zh:${createHash('sha256').update(zip).digest('hex')}`);
  addArchive(zip, '1.1.0-rc.1');
  const first = await newStore('first');
  expect((await take(first)).map(({ problem }) => problem)).toEqual([undefined, undefined]);
  expect((await listStore(first)).map(({ version }) => version)).toHaveLength(1);

  const exported = join(root, 'exported');
  for await (const each of exportStore(first, exported)) expect(each.problem).toBeUndefined();
  for await (const each of exportStore(first, exported)) expect(each.problem).toBeUndefined();
  mirror = exported;
  const second = await newStore('second');
  expect((await take(second)).map(({ problem }) => problem)).toEqual([undefined]);
  const [here] = await listStore(first);
  const [there] = await listStore(second);
  expect([there?.h1, there?.proof]).toEqual([here?.h1, expect.stringMatching(/^imported by /)]);
});

test.each<[string, () => void, RegExp]>([
  [
    'another hash than the mirror names',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x') }), '1.0.0', 'h1:AAAA='),
    /the mirror names h1:AAAA=/,
  ],
  ['no entry', () => addArchive(zipOf({})), /archive is empty/],
  ['no program', () => addArchive(zipOf({ 'README.md': unixFile('x') })), /no file terraform-provider-b/],
  [
    'a program that cannot be executed',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x', 0o100644) })),
    /not executable/,
  ],
  [
    'a way out of it',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x'), '../../x': unixFile('x') })),
    /leads out/,
  ],
  [
    'an absolute path',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x'), '/etc/x': unixFile('x') })),
    /leads out/,
  ],
  [
    'a link',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x'), l: unixFile('/etc/passwd', 0o120777) })),
    /no plain file/,
  ],
  [
    'a device',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x'), d: unixFile('', 0o020666) })),
    /no plain file/,
  ],
  [
    'names that differ in case alone',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x'), readme: unixFile('x'), README: unixFile('y') })),
    /there twice/,
  ],
  [
    'half of it missing',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('x'.repeat(5_000)) }).subarray(0, 60)),
    /damaged/,
  ],
  ['anything else', () => addArchive(Buffer.from('no archive')), /damaged/],
])('an archive with %s is left out, and the others are taken', async (_what, add, problem) => {
  add();
  mkdirSync(join(mirror, 'registry.test/a/c/2.0.0/linux_amd64'), { recursive: true });
  writeFileSync(join(mirror, 'registry.test/a/c/2.0.0/linux_amd64/terraform-provider-c'), '#!', {
    mode: 0o755,
  });
  const store = await newStore('store');
  const [bad, good] = await take(store);
  expect(bad?.problem).toMatch(problem);
  expect(good).toMatchObject({ path: 'registry.test/a/c/2.0.0/linux_amd64', sizeBytes: 2 });
  expect(await listStore(store)).toHaveLength(1);
  expect(readdirSync(store.folder.staging)).toEqual([]);
  expect(existsSync(join(root, 'x'))).toBe(false);
});

test('an unpacked package that has been changed, or has links, is left out', async () => {
  const folder = join(mirror, 'registry.test/a/b/1.0.0/linux_amd64');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, PROGRAM), '#!', { mode: 0o755 });
  const store = await newStore('store');
  expect((await take(store))[0]?.problem).toBeUndefined();
  const exported = join(root, 'exported');
  for await (const each of exportStore(store, exported)) expect(each.problem).toBeUndefined();
  const file = join(exported, 'registry.test/a/b/1.0.0/linux_amd64', PROGRAM);
  chmodSync(file, 0o755);
  writeFileSync(file, 'changed');
  mirror = exported;
  const other = await newStore('other');
  expect((await take(other))[0]?.problem).toMatch(/the mirror names/);
  symlinkSync('/etc/passwd', join(dirname(file), 'l'));
  expect((await take(other))[0]?.problem).toMatch(/no plain file/);
  expect(await listStore(other)).toEqual([]);
});

test('names that no package has are passed over, and a broken description is reported', async () => {
  for (const name of ['UPPER.test/a/b', '..x/a/b', 'registry.test/a/b/not-a-version/linux_amd64'])
    mkdirSync(join(mirror, name), { recursive: true });
  const store = await newStore('store');
  expect(await take(store)).toEqual([]);
  writeFileSync(join(mirror, 'runwright-providers.json'), '{"a":1}');
  await expect(take(store)).rejects.toThrow('is not what a mirror has');
  mirror = join(root, 'nowhere');
  await expect(take(store)).rejects.toThrow('ENOENT');
});

test('an archive that unpacks to more than the limit is given up in the middle', async () => {
  const file = join(root, 'bomb.zip');
  writeFileSync(file, zipOf({ a: unixFile('0'.repeat(3_000_000)), b: unixFile('1'.repeat(3_000_000)) }));
  mkdirSync(join(root, 'out'));
  await expect(unpackZip(file, join(root, 'out'), { bytes: 4_000_000, entries: 10 })).rejects.toThrow(
    'more than',
  );
  await expect(unpackZip(file, join(root, 'out'), { bytes: 10_000_000, entries: 1 })).rejects.toThrow(
    'entries',
  );
  expect(readFileSync(join(root, 'out', 'a')).length).toBe(3_000_000);
});
