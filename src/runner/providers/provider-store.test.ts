import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { awaitApply, endAwait, listAwaited } from './awaited.ts';
import { makeRoom } from './evict.ts';
import { hashPackage, listPackage } from './package-files.ts';
import { storedName } from './package-meta.ts';
import type { PackageName } from '../../protocol/package-name.ts';
import { storePackage } from './populate.ts';
import { openProviderStore, type HeldPackage, type ProviderStore } from './provider-store.ts';
import { makeStoreFolder } from './store-folder.ts';
import { scopesOf } from './scopes.ts';
import { tidyStore } from './tidy.ts';

let root: string;
let store: ProviderStore;
const said: string[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'runwright-store-'));
  await makeStoreFolder(join(root, 'store'));
  store = openProviderStore(join(root, 'store'), (_level, message) => said.push(message));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const nameOf = (version: string): PackageName => ({
  ...{ host: 'registry.test', namespace: 'a', type: 'b', version, platform: 'linux_amd64' },
});
let count = 0;
function make(files: Record<string, string>): string {
  const folder = join(root, `package-${count++}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: name.startsWith('run') ? 0o755 : 0o644 });
  }
  return folder;
}
const hashOf = async (folder: string) => await hashPackage(folder, await listPackage(folder));
async function put(
  folder: string,
  version = '1.0.0',
  hashes?: string[],
  scopes = ['one'],
): Promise<HeldPackage> {
  return await storePackage(
    store,
    scopes,
    folder,
    {
      ...{
        name: nameOf(version),
        hashes: hashes ?? [await hashOf(folder)],
        signedArchives: [],
        proof: 'signed',
      },
      fetchedBy: { organization: 'o', run: 'r' },
    },
    () => Promise.resolve(),
  );
}

test('a package is hashed as terraform does', async () => {
  // `terraform providers lock` gives this hash for these two files.
  const folder = make({ 'b.txt': 'b\n', 'a/c.txt': 'c\n' });
  const { createHash } = await import('node:crypto');
  const sum = (text: string) => createHash('sha256').update(text).digest('hex');
  const lines = `${sum('c\n')}  a/c.txt\n${sum('b\n')}  b.txt\n`;
  expect(await hashOf(folder)).toBe(`h1:${createHash('sha256').update(lines).digest('base64')}`);
});

test('a stored package is found only in its scope, and cannot be written', async () => {
  const held = await put(make({ run: '#!', 'deep/er/x': 'x' }));
  expect(readdirSync(join(root, 'store', 'staging'))).toEqual([]);
  expect((await store.find(['one'], nameOf('1.0.0'))).map(({ h1 }) => h1)).toEqual([held.meta.h1]);
  expect(await store.find(['two'], nameOf('1.0.0'))).toEqual([]);
  expect(await store.find(['one'], nameOf('1.0.1'))).toEqual([]);
  expect((await listPackage(held.folder)).map(({ path, mode }) => [path, mode])).toEqual([
    ['deep/er/x', 0o444],
    ['run', 0o555],
  ]);
  held.release();
});

test('two that store the same package share one copy', async () => {
  const files = { run: 'same' };
  const helds = await Promise.all([
    put(make(files)),
    put(make(files)),
    put(make(files), '1.0.0', undefined, ['two']),
  ]);
  expect(new Set(helds.map(({ folder }) => folder)).size).toBe(1);
  expect(await store.find(['two'], nameOf('1.0.0'))).toHaveLength(1);
});

test('another package of the same version is kept beside it', async () => {
  await put(make({ run: 'one' }));
  await put(make({ run: 'two' }));
  expect(await store.find(['one'], nameOf('1.0.0'))).toHaveLength(2);
});

test.each<[string, (folder: string) => void]>([
  ['a link', (folder) => symlinkSync('/etc/passwd', join(folder, 'x'))],
  ['a second name of a file', (folder) => linkSync(join(folder, 'run'), join(folder, 'x'))],
  ['a file that runs as its owner', (folder) => chmodSync(join(folder, 'run'), 0o4755)],
  ['a name of two lines', (folder) => writeFileSync(join(folder, 'a\nb'), 'x')],
  ['nothing in it', (folder) => rmSync(join(folder, 'run'))],
])('a package with %s is put back where it was', async (_what, change) => {
  const folder = make({ run: 'x' });
  change(folder);
  await expect(put(folder, '1.0.0', ['h1:any'])).rejects.toThrow();
  expect(existsSync(folder)).toBe(true);
  expect(await store.find(['one'], nameOf('1.0.0'))).toEqual([]);
  expect(readdirSync(join(root, 'store', 'packages'))).toEqual([]);
});

test('a package that the lock file does not name is put back, and one that is a link stays', async () => {
  const folder = make({ run: 'x' });
  await expect(put(folder, '1.0.0', ['h1:other'])).rejects.toThrow('not in the lock file');
  expect(readFileSync(join(folder, 'run'), 'utf8')).toBe('x');
  symlinkSync(folder, join(root, 'link'));
  await expect(put(join(root, 'link'))).rejects.toThrow('is a link');
});

test('a package without room is put back whole, and nothing of it stays in the store', async () => {
  const folder = make({ run: 'x', 'deep/er/y': 'y' });
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const origin = { hashes: [await hashOf(folder)], signedArchives: [], proof: 'signed' };
  const fetchedBy = { organization: 'o', run: 'r' };
  const stored = storePackage(store, ['one'], folder, { name: nameOf('1.0.0'), ...origin, fetchedBy }, () =>
    Promise.reject(full),
  );
  await expect(stored).rejects.toBe(full);
  expect([await hashOf(folder), readdirSync(store.folder.staging)]).toEqual([origin.hashes[0], []]);
  expect(await store.find(['one'], nameOf('1.0.0'))).toEqual([]);
});

test.each<[string, (folder: string, meta: string) => void, boolean]>([
  ['grew', (folder) => writeFileSync(join(folder, 'run'), 'longer than before'), false],
  [
    'has other contents of the same size and time',
    (folder) => {
      writeFileSync(join(folder, 'run'), 'y');
      utimesSync(join(folder, 'run'), 1, 1);
    },
    false,
  ],
  [
    'is another file of the same contents',
    (folder) => {
      rmSync(join(folder, 'run'));
      writeFileSync(join(folder, 'run'), 'x', { mode: 0o555 });
    },
    true,
  ],
  ['has one more file', (folder) => writeFileSync(join(folder, 'more'), 'x'), false],
  [
    'is a link by now',
    (folder) => {
      rmSync(join(folder, 'run'));
      symlinkSync('/etc/passwd', join(folder, 'run'));
    },
    false,
  ],
  ['can be written', (folder) => chmodSync(join(folder, 'run'), 0o755), false],
  ['is gone', (folder) => renameSync(folder, `${folder}.away`), false],
  ['has lost its description', (_folder, meta) => rmSync(meta), false],
  ['has a description of nothing', (_folder, meta) => writeFileSync(meta, '{}'), false],
  [
    'was not looked through since the machine started',
    (_folder, meta) =>
      writeFileSync(meta, readFileSync(meta, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"other"')),
    true,
  ],
])('a package that %s is used only if it is unchanged', async (_what, change, isUsed) => {
  const held = await put(make({ run: 'x' }));
  held.release();
  chmodSync(held.folder, 0o755);
  chmodSync(join(held.folder, 'run'), 0o755);
  chmodSync(join(held.folder, 'run'), 0o555);
  change(held.folder, store.folder.metaOf(storedName(held.meta.h1)));
  const again = await store.hold(held.meta);
  expect(again !== undefined).toBe(isUsed);
  again?.release();
  await tidyStore(store.folder, () => undefined);
  // A second fetch restores the package, whatever lay in its place.
  (await put(make({ run: 'x' }))).release();
  expect(await store.find(['one'], nameOf('1.0.0'))).toHaveLength(1);
});

test('the least recently used package goes first, and packages in use stay', async () => {
  const helds = [];
  for (const [index, version] of ['1.0.0', '2.0.0', '3.0.0'].entries()) {
    const held = await put(make({ run: version.repeat(100) }), version);
    helds.push(held);
    utimesSync(store.folder.lockOf(storedName(held.meta.h1)), index + 1, index + 1);
  }
  helds[1]?.release();
  helds[2]?.release();
  const limits = { bytes: 1_300, freeBytes: 0 };
  expect(await makeRoom(store.folder, limits, 200)).toEqual([storedName(helds[1]!.meta.h1)]);
  expect(await store.find(['one'], nameOf('2.0.0'))).toEqual([]);
  expect(await makeRoom(store.folder, { bytes: 0, freeBytes: 0 }, 0)).toEqual([
    storedName(helds[2]!.meta.h1),
  ]);
  expect(readFileSync(join(helds[0]!.folder, 'run'), 'utf8')).toContain('1.0.0');
  expect(readdirSync(store.folder.trash)).toEqual([]);
});

test('a clock that was set back neither keeps a package for ever nor makes it look changed', async () => {
  const helds = [await put(make({ run: 'one' })), await put(make({ run: 'two' }), '2.0.0')];
  const tomorrow = Date.now() / 1_000 + 24 * 3600;
  for (const held of helds) {
    held.release();
    const { metaOf, lockOf } = store.folder;
    const meta = JSON.parse(readFileSync(metaOf(storedName(held.meta.h1)), 'utf8')) as object;
    const times = { fetchedAt: '2999-01-01T00:00:00.000Z', checkedAt: '2999-01-01T00:00:00.000Z' };
    writeFileSync(metaOf(storedName(held.meta.h1)), JSON.stringify({ ...meta, ...times }));
    utimesSync(lockOf(storedName(held.meta.h1)), tomorrow, tomorrow);
  }
  const again = await store.hold(helds[0]!.meta);
  expect(again).toBeDefined();
  again?.release();
  // Its use now counts as earlier than that of the other; both can go.
  const [one, two] = helds.map(({ meta }) => storedName(meta.h1));
  expect(await makeRoom(store.folder, { bytes: 5, freeBytes: 0 }, 0)).toEqual([one]);
  expect(await makeRoom(store.folder, { bytes: 0, freeBytes: 0 }, 0)).toEqual([two]);
});

test('packages that a plan keeps for its apply go last, and only where the disk is full', async () => {
  const [first, second] = [await put(make({ run: 'one' })), await put(make({ run: 'two' }), '2.0.0')];
  for (const held of [first, second]) held.release();
  const [one, two] = [storedName(first.meta.h1), storedName(second.meta.h1)];
  utimesSync(store.folder.lockOf(one), 1, 1);
  await awaitApply(store.folder, 'run-1', [one]);
  await awaitApply(store.folder, 'run-2', [one, '../../etc']);
  expect(await makeRoom(store.folder, { bytes: 0, freeBytes: 0 }, 0)).toEqual([two]);
  expect(await makeRoom(store.folder, { bytes: 0, freeBytes: 0 }, 0)).toEqual([]);
  await endAwait(store.folder, 'run-1');
  expect([...(await listAwaited(store.folder))]).toEqual([one]);
  expect(await makeRoom(store.folder, { bytes: 9e9, freeBytes: Infinity }, 0)).toEqual([one]);

  await put(make({ run: 'one' }));
  const [file = ''] = readdirSync(store.folder.waiting);
  const longAgo = Date.now() / 1_000 - 8 * 24 * 3600;
  utimesSync(join(store.folder.waiting, file), longAgo, longAgo);
  await tidyStore(store.folder, () => undefined);
  expect(readdirSync(store.folder.waiting)).toEqual([]);
});

test('the remains of killed processes are removed', async () => {
  mkdirSync(join(store.folder.staging, 'dead', 'package'), { recursive: true });
  writeFileSync(join(store.folder.staging, 'dead.lock'), '');
  mkdirSync(join(store.folder.trash, 'half'));
  mkdirSync(store.folder.packageOf('0'.repeat(64)));
  const held = await put(make({ run: 'x' }));
  await tidyStore(store.folder, () => undefined);
  expect(readdirSync(store.folder.staging)).toEqual([]);
  expect(readdirSync(store.folder.trash)).toEqual([]);
  expect(readdirSync(join(root, 'store', 'packages'))).toEqual([storedName(held.meta.h1)]);
});

test('an organization sees packages of public registries that its lock file names, and its own of others', () => {
  const [one, two] = [scopesOf('https://a', 'org-1'), scopesOf('https://a', 'org-2')];
  expect(one.own).not.toBe(two.own);
  expect(one.own).not.toBe(scopesOf('https://b', 'org-1').own);
  const [, shared] = one.kept({ host: 'registry.terraform.io' });
  expect(two.wanted({ host: 'registry.terraform.io' })).toContain(shared);
  expect(one.kept({ host: 'registry.example.com' })).toEqual([one.own]);
  expect(two.wanted({ host: 'registry.example.com' })).not.toContain(one.own);
});
