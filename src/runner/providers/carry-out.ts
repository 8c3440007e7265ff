import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenUrl } from '../../releases/fetch-url.ts';
import { RegistryProblem } from '../../releases/registry-problem.ts';
import type { OrderResult, ProviderSource, StoreOrder } from '../../protocol/provider-store.ts';
import { namePackage, type PackageName } from '../../protocol/package-name.ts';
import { listAwaited } from './awaited.ts';
import { removePackage, storeLimits } from './evict.ts';
import { StrangePackage } from './package-files.ts';
import { storedName } from './package-meta.ts';
import { listPinned, pin, unpin } from './pins.ts';
import { prefetch } from './prefetch.ts';
import { scopesWith } from './put-aside.ts';
import { PUBLIC } from './scopes.ts';
import { listKept, type StoreView } from './store-view.ts';

export interface OrderMeans {
  open: OpenUrl;
  source: ProviderSource;
  /** The setting; undefined for a share of the disk. */
  storeBytes: number | undefined;
  /** The organization of the runner's pool, or ''. */
  organization: string;
  /** Aborted when the runner stops. */
  stopped: AbortSignal;
}

/** Pins beyond this share would leave no room for what runs need. */
const PINNED_SHARE = 0.5;

/** Why an order cannot be carried out, for the person who gave it. */
class CannotDo extends Error {}

type Kept = Awaited<ReturnType<typeof listKept>>;

/** Carries an order out: once or several times is the same. Never fails. */
export async function carryOut(view: StoreView, order: StoreOrder, means: OrderMeans): Promise<OrderResult> {
  try {
    const name = namePackage(order.address, order.version, order.platform);
    if (!name) throw new CannotDo('It is no name of a provider.');
    return { order: order.id, outcome: 'done', message: await act(view, order.kind, name, means) };
  } catch (error) {
    return { order: order.id, outcome: 'failed', message: describeFailure(error).slice(0, 1_000) };
  }
}

async function act(
  view: StoreView,
  kind: StoreOrder['kind'],
  name: PackageName,
  means: OrderMeans,
): Promise<string> {
  if (kind === 'prefetch') return await fetchInto(view, name, means);
  const kept = await listKept(view, name);
  if (kept.length === 0) {
    if (kind !== 'pin') return 'It was not kept.';
    throw new CannotDo('The store does not keep it: prefetch it first.');
  }
  if (kind === 'delete') return await remove(view, kept);
  const { folder } = view.store;
  if (kind === 'pin') await requireRoomForPins(view, kept, means);
  for (const { meta } of kept)
    if (kind === 'pin') await pin(folder, view.pins, storedName(meta.h1));
    else await unpin(folder, view.scopes === null ? undefined : view.pins, storedName(meta.h1));
  return kind === 'pin' ? 'It is pinned.' : 'It is pinned no more.';
}

async function fetchInto(view: StoreView, name: PackageName, means: OrderMeans): Promise<string> {
  if (means.source === 'none')
    throw new CannotDo(
      'The runner fetches no providers (RUNWRIGHT_RUN_REGISTRIES is off): bring it with "runwright providers import".',
    );
  if (means.source === 'mirror')
    throw new CannotDo(
      'The runner takes providers from the mirror of the server alone (RUNWRIGHT_RUN_REGISTRIES is mirror), as its runs need them.',
    );
  const limits = await storeLimits(view.store.folder.root, means.storeBytes);
  return await prefetch(view, name, { ...means, limits });
}

async function requireRoomForPins(view: StoreView, wanted: Kept, { storeBytes }: OrderMeans): Promise<void> {
  const { bytes } = await storeLimits(view.store.folder.root, storeBytes);
  const pinned = await listPinned(view.store.folder);
  for (const { meta } of wanted) pinned.add(storedName(meta.h1));
  const all = await Promise.all([...pinned].map((stored) => view.store.read(stored)));
  const total = all.reduce((sum, meta) => sum + (meta?.sizeBytes ?? 0), 0);
  if (total > bytes * PINNED_SHARE)
    throw new CannotDo(
      `Pinned packages may take half of the store, ${megabytes(bytes * PINNED_SHARE)}, and would take ${megabytes(total)}: unpin others first, or raise RUNWRIGHT_RUN_PROVIDERS.`,
    );
}

/** Takes the packages out of the caller's sight first, and removes those that nobody else can find. */
async function remove(view: StoreView, kept: Kept): Promise<string> {
  const { store, scopes } = view;
  const awaited = await listAwaited(store.folder);
  for (const { meta, pinned, scope } of kept) {
    if (pinned) throw new CannotDo('It is pinned: unpin it first.');
    if (awaited.has(storedName(meta.h1)))
      throw new CannotDo('A plan that waits to be applied needs it: apply or discard that first.');
    if (scopes !== null && scope === 'host')
      throw new CannotDo(
        'It was brought for every organization of its machine, so only an administrator of the site deletes it.',
      );
  }
  let isUsed = false;
  for (const { meta } of kept) {
    const stored = storedName(meta.h1);
    const all = await scopesWith(store.folder, meta);
    const others = scopes === null ? [] : all.filter((scope) => scope !== scopes.own && scope !== PUBLIC);
    if (others.length === 0 && !(await removePackage(store.folder, stored))) {
      isUsed = true;
      continue;
    }
    for (const scope of all.filter((each) => others.length === 0 || each === scopes?.own))
      await rm(join(store.folder.indexOf(scope, meta), stored), { force: true });
  }
  if (isUsed)
    throw new CannotDo('A run uses it at this moment, so it stays: order it again when the run has ended.');
  return 'It is deleted.';
}

function describeFailure(error: unknown): string {
  if (error instanceof CannotDo) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'The disk of the store is full: make room on the machine, or delete packages.';
  if (error instanceof RegistryProblem) return `The registry did not give it: ${message}.`;
  if (error instanceof StrangePackage) return `The package cannot be kept: ${message}.`;
  return `The runner failed: ${message}.`;
}

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
