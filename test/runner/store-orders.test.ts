import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenUrl } from '../../src/releases/fetch-url.ts';
import type { OrderResult, ProviderSource, StoreOrder } from '../../src/protocol/provider-store.ts';
import { namePackage } from '../../src/protocol/package-name.ts';
import { startRegistry, type ProviderRegistry } from '../support/provider/registry.ts';
import { hostPlatform } from '../../src/runner/host-platform.ts';
import { awaitApply, endAwait } from '../../src/runner/providers/awaited.ts';
import { carryOut } from '../../src/runner/providers/carry-out.ts';
import { makeRoom } from '../../src/runner/providers/evict.ts';
import { storedName } from '../../src/runner/providers/package-meta.ts';
import { openProviderStore, type ProviderStore } from '../../src/runner/providers/provider-store.ts';
import { makeStoreFolder } from '../../src/runner/providers/store-folder.ts';
import {
  describeStore,
  listKept,
  readStoreId,
  viewOf,
  type StoreView,
} from '../../src/runner/providers/store-view.ts';
import { tidyStore } from '../../src/runner/providers/tidy.ts';

let root: string;
let registry: ProviderRegistry;
let store: ProviderStore;
let acme: StoreView;
let others: StoreView;
let operator: StoreView;
const platform = hostPlatform();

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'runwright-orders-'));
  const program = join(root, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  registry = await startRegistry(program, { versions: ['1.0.0', '2.0.0'], paddingBytes: 200_000 });
  await makeStoreFolder(join(root, 'store'));
  store = openProviderStore(join(root, 'store'), () => {});
  const view = (organization: string | null) => viewOf(store, 'https://runs.test', organization);
  [acme, others, operator] = [view('org-acme'), view('org-others'), view(null)];
});
afterAll(async () => {
  await registry.close();
  rmSync(root, { recursive: true, force: true });
});

/** Trusts the registry of the test. */
const open: OpenUrl = (url, signal) =>
  new Promise((resolve, reject) => {
    const answered = { agent: false, ca: registry.authority, signal } as const;
    get(url, answered, (response) =>
      resolve({ status: response.statusCode ?? 0, location: response.headers.location, body: response }),
    ).on('error', reject);
  });

async function order(
  view: StoreView,
  kind: StoreOrder['kind'],
  version = '1.0.0',
  {
    address = registry.source,
    machine = platform,
    source = 'registries' as ProviderSource,
    storeBytes = 1e9,
  } = {},
): Promise<Omit<OrderResult, 'order'>> {
  const { outcome, message } = await carryOut(
    view,
    { id: 'one', kind, address, version, platform: machine },
    { open, source, storeBytes, organization: '', stopped: new AbortController().signal },
  );
  return { outcome, message };
}
const done = (words: string) => ({ outcome: 'done', message: expect.stringContaining(words) });
const failed = (words: string) => ({ outcome: 'failed', message: expect.stringContaining(words) });
const versionsOf = async (view: StoreView) =>
  (await describeStore(view)).packages.map(({ version, scope, pinned }) => [version, scope, pinned]);
const metaOf = async (view: StoreView, version = '1.0.0') => {
  const [kept] = await listKept(view, namePackage(registry.source, version, platform));
  if (!kept) throw new Error('it is not kept');
  return kept.meta;
};

test('a package is prefetched once for two runners that share a store, and for its organization alone', async () => {
  const [one, two] = await Promise.all([order(acme, 'prefetch'), order(acme, 'prefetch')]);
  expect([one.message, two.message].sort()).toEqual([
    expect.stringContaining('It was fetched from'),
    'It was kept already.',
  ]);
  expect(registry.requests.filter((path) => path.endsWith('.zip'))).toHaveLength(1);
  expect(await versionsOf(acme)).toEqual([['1.0.0', 'organization', false]]);
  expect(await versionsOf(others)).toEqual([]);
  expect(await versionsOf(operator)).toEqual([['1.0.0', 'organization', false]]);
  const { signedArchives, proof } = await metaOf(acme);
  // The hashes of all platforms, as terraform writes them into a lock file.
  expect(signedArchives).toHaveLength(2);
  expect(proof).toMatch(/^signed, key ID [0-9A-F]{16}$/);
  expect(readdirSync(store.folder.staging)).toEqual([]);
});

test('a pinned package is neither evicted nor deleted until it is unpinned', async () => {
  expect(await order(acme, 'pin')).toEqual(done('pinned'));
  expect(await order(acme, 'pin')).toEqual(done('pinned'));
  expect(await makeRoom(store.folder, { bytes: 1, freeBytes: 0 }, 1)).toEqual([]);
  expect(await order(acme, 'delete')).toEqual(failed('unpin it first'));
  expect(await order(operator, 'delete')).toEqual(failed('unpin it first'));
  expect(await order(acme, 'unpin')).toEqual(done('no more'));
  expect(await order(acme, 'pin', '1.0.0', { storeBytes: 300_000 })).toEqual(failed('half of the store'));
  expect(await order(acme, 'pin', '3.0.0')).toEqual(failed('prefetch it first'));
});

test('a package stays while a run uses it or a plan waits for it, and is deleted then', async () => {
  const meta = await metaOf(acme);
  const held = await store.hold(meta);
  expect(await order(acme, 'delete')).toEqual(failed('A run uses it'));
  expect(await versionsOf(acme)).toHaveLength(1);
  held?.release();
  await awaitApply(store.folder, 'run-1', [storedName(meta.h1)]);
  expect(await order(acme, 'delete')).toEqual(failed('waits to be applied'));
  await endAwait(store.folder, 'run-1');
  expect(await order(others, 'delete')).toEqual(done('was not kept'));
  expect(await versionsOf(acme)).toHaveLength(1);
  expect(await order(acme, 'delete')).toEqual(done('deleted'));
  expect(await order(acme, 'delete')).toEqual(done('was not kept'));
  expect([await versionsOf(operator), readdirSync(join(root, 'store', 'packages'))]).toEqual([[], []]);
});

test('a package that another organization keeps too stays for that one', async () => {
  for (const view of [acme, others]) expect(await order(view, 'prefetch')).toMatchObject({ outcome: 'done' });
  expect(await order(acme, 'delete')).toEqual(done('deleted'));
  expect([await versionsOf(acme), await versionsOf(others)]).toEqual([
    [],
    [['1.0.0', 'organization', false]],
  ]);
  expect(await order(operator, 'prefetch', '2.0.0')).toMatchObject({ outcome: 'done' });
  expect(await versionsOf(acme)).toEqual([['2.0.0', 'host', false]]);
  expect(await order(acme, 'delete', '2.0.0')).toEqual(failed('administrator of the site'));
  expect(await order(operator, 'delete', '2.0.0')).toEqual(done('deleted'));
});

test('a prefetch that cannot succeed says why, and leaves nothing', async () => {
  const before = await versionsOf(operator);
  expect(await order(acme, 'prefetch', '9.0.0')).toEqual(failed('is not there (404)'));
  expect(await order(acme, 'prefetch', '2.0.0', { source: 'none' })).toEqual(failed('providers import'));
  expect(await order(acme, 'prefetch', '2.0.0', { source: 'mirror' })).toEqual(
    failed('mirror of the server'),
  );
  expect(await order(acme, 'prefetch', '2.0.0', { machine: 'plan9_arm' })).toMatchObject({
    outcome: 'failed',
  });
  const nowhere = { address: 'localhost:1/a/b' };
  expect(await order(acme, 'prefetch', '1.0.0', nowhere)).toEqual(failed('cannot be reached'));
  expect(await order(acme, 'prefetch', '2.0.0', { storeBytes: 3 })).toEqual(failed('larger than the store'));
  const troubles: [ProviderRegistry['trouble'], string][] = [
    [{ wrongSum: true }, 'signed is ffff'],
    [{ badSignature: true }, "of the registry's keys has signed"],
    [{ cutAfterBytes: 70_000 }, 'broke off'],
    [{ status: 503 }, 'answers 503'],
    [{ status: 401 }, 'wants credentials (401)'],
  ];
  for (const [trouble, words] of troubles) {
    registry.trouble = trouble;
    expect(await order(acme, 'prefetch', '2.0.0')).toEqual(failed(words));
  }
  registry.trouble = undefined;
  await tidyStore(store.folder, () => {});
  expect([await versionsOf(operator), readdirSync(store.folder.staging)]).toEqual([before, []]);
});

test('all runners of a folder give their store the same id', async () => {
  const ids = await Promise.all([1, 2, 3].map(async () => await readStoreId(store.folder)));
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^[\w-]{16,64}$/);
});
