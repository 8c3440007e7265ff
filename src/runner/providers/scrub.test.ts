import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { hashPackage, listPackage } from './package-files.ts';
import { storedName, type PackageMeta } from './package-meta.ts';
import { storePackage } from './populate.ts';
import { openProviderStore, type ProviderStore } from './provider-store.ts';
import { scopesOf } from './scopes.ts';
import { scrubStore } from './scrub.ts';
import { makeStoreFolder } from './store-folder.ts';
import { describeStore, viewOf } from './store-view.ts';

const DAY_MS = 24 * 3600_000;
const SERVER = 'https://runs.test';
let root: string;
let store: ProviderStore;
const said: string[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'runwright-scrub-'));
  said.length = 0;
  await reopen();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** As after a start of the runner. */
async function reopen(): Promise<void> {
  await makeStoreFolder(join(root, 'store'));
  store = openProviderStore(join(root, 'store'), (_level, message) => said.push(message));
}

async function put(version: string, text = version): Promise<PackageMeta> {
  const folder = join(root, version);
  mkdirSync(folder);
  writeFileSync(join(folder, 'run'), text, { mode: 0o755 });
  const hashes = [await hashPackage(folder, await listPackage(folder))];
  const name = { host: 'registry.test', namespace: 'a', type: 'b', version, platform: 'linux_amd64' };
  const origin = { name, hashes, signedArchives: [], proof: 'signed' };
  const fetchedBy = { organization: 'acme', run: 'r' };
  const scopes = [scopesOf(SERVER, 'org-1').own];
  const held = await storePackage(store, scopes, folder, { ...origin, fetchedBy }, () => Promise.resolve());
  held.release();
  return held.meta;
}

/** Other bytes of the same length, as a failing disk gives them back: no fingerprint differs at the next use. */
async function damage(meta: PackageMeta): Promise<void> {
  const file = join(store.folder.packageOf(storedName(meta.h1)), 'run');
  chmodSync(file, 0o644);
  writeFileSync(file, 'x'.repeat(5));
  chmodSync(file, 0o555);
  const files = await listPackage(store.folder.packageOf(storedName(meta.h1)));
  const record = { ...meta, files: Object.fromEntries(files.map((each) => [each.path, each.fingerprint])) };
  writeFileSync(store.folder.metaOf(storedName(meta.h1)), JSON.stringify(record));
}

async function scrub(now: number) {
  let pieces = 0;
  const counts = await scrubStore(store, now, () => {
    pieces += 1;
    return Promise.resolve();
  });
  return { ...counts, pieces };
}
const NOTHING = { checked: 0, damaged: 0, pieces: 0 };

test('each package is read once a week, also across starts and with a clock that is set back', async () => {
  const now = Date.now();
  await put('1.0.0');
  expect(await scrub(now + 6 * DAY_MS)).toEqual(NOTHING);
  expect(await scrub(now + 8 * DAY_MS)).toEqual({ checked: 1, damaged: 0, pieces: 1 });
  await reopen();
  expect(await scrub(now + 9 * DAY_MS)).toEqual(NOTHING);
  const { packages } = await describeStore(viewOf(store, SERVER, 'org-1'));
  expect(packages[0]?.checkedAt).toBe(new Date(now + 8 * DAY_MS).toISOString());
  // The clock is right again: the next check is not a week after a time that has never been.
  expect(await scrub(now)).toMatchObject({ checked: 1 });
  expect(await scrub(now + 6 * DAY_MS)).toEqual(NOTHING);
});

test('a damaged package is put aside and shown to its organization, and the others are read on', async () => {
  const [bad, good] = [await put('1.0.0'), await put('2.0.0')];
  await damage(bad);
  // A use compares fingerprints alone.
  (await store.hold(bad))?.release();
  expect(said).toEqual([]);
  expect(await scrub(Date.now() + 8 * DAY_MS)).toMatchObject({ checked: 2, damaged: 1 });
  expect(said).toEqual([expect.stringContaining('put aside')]);
  expect(existsSync(store.folder.packageOf(storedName(bad.h1)))).toBe(false);
  expect(await store.hold(bad)).toBeUndefined();
  (await store.hold(good))?.release();
  await reopen();
  const shown = await describeStore(viewOf(store, SERVER, 'org-1'));
  expect(shown.packages.map(({ version }) => version)).toEqual(['2.0.0']);
  expect(shown.damaged).toMatchObject([{ address: 'registry.test/a/b', version: '1.0.0', h1: bad.h1 }]);
  expect((await describeStore(viewOf(store, SERVER, 'org-2'))).damaged).toEqual([]);
  // The next fetch stores it anew.
  rmSync(join(root, '1.0.0'), { recursive: true, force: true });
  expect((await put('1.0.0')).h1).toBe(bad.h1);
});

test('a scrub reads in pieces, holds no package, and is alone on its host', async () => {
  const meta = await put('1.0.0', 'y'.repeat(3 * 1024 ** 2));
  let pieces = 0;
  const { checked } = await scrubStore(store, Date.now() + 8 * DAY_MS, async () => {
    pieces += 1;
    // A removal in the middle is not delayed, and another runner does not read as well.
    takeKernelLock(store.folder.lockOf(storedName(meta.h1)))?.();
    expect(await scrub(Date.now() + 8 * DAY_MS)).toEqual(NOTHING);
  });
  expect({ checked, pieces }).toEqual({ checked: 1, pieces: 3 });
});
