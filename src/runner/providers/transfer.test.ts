import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSigner } from '../../../test/support/provider/signer.ts';
import { openProviderStore, type ProviderStore } from './provider-store.ts';
import { makeStoreFolder } from './store-folder.ts';
import { importMirror } from './import.ts';
import { exportStore, listStore, type Transferred } from './transfer.ts';

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
const ZIP = 'registry.test/a/b/terraform-provider-b_1.0.0_linux_amd64.zip';
const SUMS = 'registry.test/a/b/terraform-provider-b_1.0.0_SHA256SUMS';
const unixFile = (text: string, mode = 0o100755): Zippable[string] => [
  Buffer.from(text),
  { os: 3, attrs: (mode << 16) >>> 0 },
];
/** The start of a program for a machine of this number. */
const elf = (machine: number) =>
  Buffer.from([...Buffer.from('\x7fELF\x02\x01\x01'), ...Array<number>(11).fill(0), machine, 0]);
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
/** Adds an archive, the checksums of its version with their signature, and the key. */
async function addSigned() {
  const signer = await newSigner({ isQuick: true });
  addArchive(zipOf({ [PROGRAM]: unixFile('#!/bin/sh\n') }));
  const sums = [
    createHash('sha256')
      .update(readFileSync(join(mirror, ZIP)))
      .digest('hex'),
    'f'.repeat(64),
  ];
  const text = `${sums[0]}  ${basename(ZIP)}\n${sums[1]}  terraform-provider-b_1.0.0_plan9_arm.zip\n`;
  writeFileSync(join(mirror, SUMS), text);
  writeFileSync(join(mirror, `${SUMS}.sig`), await signer.sign(text));
  writeFileSync(join(mirror, `${SUMS}.key`), signer.publicKey);
  return { sums, signer };
}

async function take(store: ProviderStore, keys?: string): Promise<Transferred[]> {
  const all: Transferred[] = [];
  for await (const each of importMirror(store, mirror, keys)) all.push(each);
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
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!x') }), '1.0.0', 'h1:AAAA='),
    /the mirror names h1:AAAA=/,
  ],
  ['no entry', () => addArchive(zipOf({})), /archive is empty/],
  [
    'no program',
    () => addArchive(zipOf({ 'README.md': unixFile('x') })),
    /no terraform-provider-b at its top/,
  ],
  [
    'two programs',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!'), 'terraform-provider-b_v0.9.0': unixFile('#!') })),
    /2 programs in it .*terraform takes one/,
  ],
  [
    'the program of another provider',
    () => addArchive(zipOf({ 'terraform-provider-bar': unixFile('#!') })),
    /program of another provider than b/,
  ],
  [
    'a program of another machine',
    () => addArchive(zipOf({ [PROGRAM]: [elf(183), { os: 3, attrs: (0o100755 << 16) >>> 0 }] })),
    /another machine \(arm64\) than amd64/,
  ],
  [
    'a program of another system',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('MZ') })),
    /no program of linux/,
  ],
  [
    'a program that cannot be executed',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!x', 0o100644) })),
    /cannot be executed/,
  ],
  [
    'a way out of it',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!x'), '../../x': unixFile('x') })),
    /leads out/,
  ],
  [
    'an absolute path',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!x'), '/etc/x': unixFile('x') })),
    /leads out/,
  ],
  [
    'a link',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!x'), l: unixFile('/etc/passwd', 0o120777) })),
    /no plain file/,
  ],
  [
    'a device',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!x'), d: unixFile('', 0o020666) })),
    /no plain file/,
  ],
  [
    'names that differ in case alone',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!x'), readme: unixFile('x'), README: unixFile('y') })),
    /there twice/,
  ],
  [
    'half of it missing',
    () => addArchive(zipOf({ [PROGRAM]: unixFile('#!'.repeat(5_000)) }).subarray(0, 60)),
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

test('a signed archive is imported with what its signature says', async () => {
  const { sums, signer } = await addSigned();
  for (const keys of [undefined, `${(await newSigner({ isQuick: true })).publicKey}${signer.publicKey}`]) {
    const store = await newStore(`signed-${keys === undefined}`);
    expect((await take(store, keys)).map(({ problem }) => problem)).toEqual([undefined]);
    const [meta] = await listStore(store);
    expect(meta?.signedArchives).toEqual(sums.map((digest) => `zh:${digest}`));
    expect(meta?.proof).toMatch(new RegExp(`^imported by .*, signed by key ${signer.id}$`));
  }
});

type Change = (at: (path: string) => string) => void;

test.each<[string, Change, RegExp]>([
  [
    'is incomplete',
    (at) => writeFileSync(at(ZIP), readFileSync(at(ZIP)).subarray(0, -20)),
    /has SHA-256 .*, signed is .*incomplete, or was changed/,
  ],
  [
    'has another byte',
    (at) => {
      const bytes = readFileSync(at(ZIP));
      bytes[40] = 255 - (bytes[40] ?? 0);
      writeFileSync(at(ZIP), bytes);
    },
    /incomplete, or was changed/,
  ],
  [
    'has other checksums than were signed',
    (at) => writeFileSync(at(SUMS), readFileSync(at(SUMS), 'utf8').replace(/^./, 'e')),
    /checksums are not signed/,
  ],
  ['has no signature', (at) => rmSync(at(`${SUMS}.sig`)), /SHA256SUMS\.sig is missing beside it/],
  ['has no key', (at) => rmSync(at(`${SUMS}.key`)), /SHA256SUMS\.key is missing beside it/],
  ['has half of a key', (at) => writeFileSync(at(`${SUMS}.key`), 'x'), /there is no public key/],
  [
    'has a link to a key that is nowhere',
    (at) => {
      rmSync(at(`${SUMS}.key`));
      symlinkSync(at('nowhere'), at(`${SUMS}.key`));
    },
    /is missing beside it/,
  ],
])('an archive that %s is left out', async (_what, change, problem) => {
  await addSigned();
  change((path) => join(mirror, path));
  const store = await newStore('store');
  expect((await take(store)).map((each) => each.problem)).toEqual([expect.stringMatching(problem)]);
  expect([await listStore(store), readdirSync(store.folder.staging)]).toEqual([[], []]);
});

test('only archives that are signed by a given key are taken, if one is given', async () => {
  await addSigned();
  const store = await newStore('store');
  const { publicKey } = await newSigner({ isQuick: true });
  expect((await take(store, publicKey))[0]?.problem).toMatch(/not signed by the trusted key/);
  rmSync(join(mirror, SUMS));
  expect((await take(store, publicKey))[0]?.problem).toMatch(/no signed checksums beside it/);
  expect(await listStore(store)).toEqual([]);
});

test('archives that the description beside them names, and no others, are taken', async () => {
  addArchive(zipOf({ [PROGRAM]: unixFile('#!x') }));
  const folder = join(mirror, 'registry.test/a/b');
  const archives = { darwin_arm64: { url: 'x' } };
  writeFileSync(join(folder, '1.0.0.json'), JSON.stringify({ archives }));
  const store = await newStore('store');
  expect((await take(store)).map((each) => `${each.path.split('/').pop()}: ${each.problem}`)).toEqual([
    'linux_amd64: 1.0.0.json beside it does not name it',
    'darwin_arm64: 1.0.0.json names it, and it is not there',
  ]);
  expect(await listStore(store)).toEqual([]);
});

test('an exported package that has been changed, or has links, is left out', async () => {
  const folder = join(mirror, 'registry.test/a/b/1.0.0/linux_amd64');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, PROGRAM), '#!', { mode: 0o755 });
  writeFileSync(join(folder, 'LICENSE'), 'free');
  const store = await newStore('store');
  expect((await take(store))[0]?.problem).toBeUndefined();
  const exported = join(root, 'exported');
  for await (const each of exportStore(store, exported)) expect(each.problem).toBeUndefined();
  const file = join(exported, 'registry.test/a/b/1.0.0/linux_amd64', PROGRAM);
  chmodSync(file, 0o755);
  writeFileSync(file, 'changed');
  mirror = exported;
  const other = await newStore('other');
  const problem = async () => (await take(other)).map((each) => each.problem);
  expect(await problem()).toEqual([`"${PROGRAM}" has other contents than were exported`]);
  writeFileSync(file, '#!');
  writeFileSync(join(dirname(file), 'more'), 'x');
  expect(await problem()).toEqual(['"more" is there, and was not exported']);
  rmSync(join(dirname(file), 'more'));
  chmodSync(file, 0o644);
  expect(await problem()).toEqual([expect.stringContaining(`${PROGRAM} cannot be executed`)]);
  rmSync(join(dirname(file), 'LICENSE'));
  chmodSync(file, 0o755);
  expect(await problem()).toEqual(['"LICENSE" was exported, and is missing']);
  symlinkSync('/etc/passwd', join(dirname(file), 'LICENSE'));
  expect(await problem()).toEqual(['"LICENSE" is no plain file']);
  renameSync(dirname(file), `${dirname(file)}x`);
  expect(await problem()).toEqual([
    'runwright-providers.json does not name it',
    'runwright-providers.json names it, and it is not there',
  ]);
  expect(await listStore(other)).toEqual([]);
  const manifest = join(exported, 'runwright-providers.json');
  writeFileSync(manifest, readFileSync(manifest).subarray(0, 40));
  await expect(problem()).rejects.toThrow('is not what a mirror has');
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
