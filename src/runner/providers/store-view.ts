import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  MAX_DAMAGED,
  MAX_KEPT,
  type DamagedProvider,
  type KeptProvider,
  type StoreContents,
} from '../../protocol/provider-store.ts';
import { addressOf, type PackageName } from '../../protocol/package-name.ts';
import { storedName, type PackageMeta } from './package-meta.ts';
import { listPinned } from './pins.ts';
import type { ProviderStore } from './provider-store.ts';
import { listPutAside, scopesWith } from './put-aside.ts';
import { IMPORTED, isOfOrganization, PUBLIC, scopesOf, type Scopes } from './scopes.ts';
import type { StoreFolder } from './store-folder.ts';
import { listStore } from './transfer.ts';

/**
 * The part of a store that one caller may see and change: an organization its own packages and those of the host, the
 * operator (null) everything.
 */
export interface StoreView {
  store: ProviderStore;
  scopes: Scopes | null;
  /** The caller's group of pins; the operator sees all pins. */
  pins: string;
}

export function viewOf(store: ProviderStore, serverUrl: string, organization: string | null): StoreView {
  if (organization === null) return { store, scopes: null, pins: 'operator' };
  const scopes = scopesOf(serverUrl, organization);
  return { store, scopes, pins: scopes.own };
}

/** The packages of one name, or all. The scope is the widest of those that the caller may know of. */
export async function listKept(
  { store, scopes, pins }: StoreView,
  name?: PackageName,
): Promise<{ meta: PackageMeta; scope: KeptProvider['scope']; pinned: boolean }[]> {
  const pinned = await listPinned(store.folder, scopes === null ? undefined : pins);
  const kept = [];
  for (const meta of await listStore(store)) {
    if (name && (addressOf(meta) !== addressOf(name) || meta.version !== name.version)) continue;
    if (name && meta.platform !== name.platform) continue;
    const all = await scopesWith(store.folder, meta);
    const mine = scopes === null ? all : all.filter((scope) => scopes.chosen.includes(scope));
    if (mine.length === 0) continue;
    kept.push({ meta, scope: nameScope(mine), pinned: pinned.has(storedName(meta.h1)) });
  }
  return kept;
}

function nameScope(scopes: readonly string[]): KeptProvider['scope'] {
  if (scopes.includes(IMPORTED)) return 'host';
  return scopes.some(isOfOrganization) ? 'organization' : scopes.includes(PUBLIC) ? 'public' : 'host';
}

/** Everything that the caller may know of the store, for the server. */
export async function describeStore(view: StoreView): Promise<StoreContents> {
  const { folder } = view.store;
  const kept = await listKept(view);
  const packages = await Promise.all(
    kept.slice(0, MAX_KEPT).map(async ({ meta, scope, pinned }): Promise<KeptProvider> => {
      const used = await stat(folder.lockOf(storedName(meta.h1))).catch(() => undefined);
      return {
        ...{ address: addressOf(meta), version: meta.version, platform: meta.platform, h1: meta.h1, scope },
        ...{ proof: meta.proof.slice(0, 300), sizeBytes: meta.sizeBytes, fetchedAt: meta.fetchedAt },
        ...{ lastUsedAt: used?.mtime.toISOString() ?? null, checkedAt: meta.checkedAt ?? null, pinned },
      };
    }),
  );
  return { packages, damaged: await listDamaged(view) };
}

async function listDamaged({ store, scopes }: StoreView): Promise<DamagedProvider[]> {
  const all = await listPutAside(store.folder);
  return all
    .filter((each) => scopes === null || each.scopes.some((scope) => scopes.chosen.includes(scope)))
    .slice(0, MAX_DAMAGED)
    .map((each) => {
      const { version, platform, h1, foundAt } = each;
      return { address: addressOf(each), version, platform, h1, foundAt };
    });
}

/** The id of a store, which its first runner gives it. */
export async function readStoreId({ root }: StoreFolder): Promise<string> {
  const file = join(root, 'id');
  const read = async () => (await readFile(file, 'utf8')).trim();
  return await read().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    const mine = `${file}.${process.pid}`;
    await writeFile(mine, randomBytes(18).toString('base64url'), { mode: 0o600 });
    // Of two runners that start at once, the first decides.
    await link(mine, file).catch((failure: NodeJS.ErrnoException) => {
      if (failure.code !== 'EEXIST') throw failure;
    });
    await rm(mine, { force: true });
    return await read();
  });
}
