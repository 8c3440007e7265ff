import * as z from 'zod';
import { KeptScope, OrderKind, ProviderSource, type KeptProvider } from '../../protocol/provider-store.ts';
import type { Row } from '../database/schema.ts';
import { resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';

export type ProviderStore = Row<'provider_store'>;
export type StoreOrder = Row<'provider_store_order'>;

/** A runner asks for orders at least every half minute. */
const SILENT_AFTER_MS = 90_000;
/** An order that no runner has taken by then has failed. */
export const ORDER_LASTS_MS = 24 * 3600_000;

export const ProviderStoreSchema = resource(
  'provider-stores',
  {
    /** The runner that was last seen. */
    name: z.string(),
    platform: z.string(),
    status: z.enum(['online', 'away']),
    source: ProviderSource,
    'limit-bytes': z.int(),
    /** Of the packages that the caller may know of. */
    'size-bytes': z.int(),
    'provider-count': z.int(),
    /** Every package was read as a whole since this time, and found right. */
    'scrubbed-at': Timestamp.nullable(),
    /** Packages that were put aside, because their contents had changed. */
    damaged: z.array(
      z.object({ address: z.string(), version: z.string(), platform: z.string(), 'found-at': Timestamp }),
    ),
    'reported-at': Timestamp.nullable(),
    'last-seen-at': Timestamp,
  },
  { 'agent-pool': toOne('agent-pools') },
);

export const storeResource = (store: ProviderStore) => {
  const { packages, damaged } = contentsOf(store);
  const checked = packages.map(({ checkedAt, fetchedAt }) => checkedAt ?? fetchedAt).sort();
  return {
    id: store.id,
    type: 'provider-stores',
    attributes: {
      name: store.name,
      platform: store.platform,
      status: isOnline(store) ? 'online' : 'away',
      source: store.source,
      'limit-bytes': store.limit_bytes,
      'size-bytes': packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      'provider-count': packages.length,
      'scrubbed-at': checked[0] === undefined ? null : timeOf(checked[0]),
      damaged: damaged.map(({ address, version, platform, foundAt }) => ({
        ...{ address, version, platform },
        'found-at': timeOf(foundAt),
      })),
      'reported-at': store.reported_at && timestamp(store.reported_at),
      'last-seen-at': timestamp(store.last_seen_at),
    },
    relationships: {
      'agent-pool':
        store.agent_pool_id === null ? { data: null } : reference('agent-pools', store.agent_pool_id),
    },
    links: { self: `/api/v2/provider-stores/${store.id}` },
  };
};

export const isOnline = ({ last_seen_at: seenAt }: ProviderStore): boolean =>
  Date.now() - seenAt.getTime() <= SILENT_AFTER_MS;

export const contentsOf = ({ contents }: ProviderStore) => contents ?? { packages: [], damaged: [] };

export const KeptProviderSchema = resource(
  'kept-providers',
  {
    /** `registry.terraform.io/hashicorp/aws`. */
    address: z.string(),
    version: z.string(),
    platform: z.string(),
    scope: KeptScope,
    'size-bytes': z.int(),
    /** In the form of lock files. */
    hash: z.string(),
    proof: z.string(),
    pinned: z.boolean(),
    'fetched-at': Timestamp,
    'last-used-at': Timestamp.nullable(),
    'checked-at': Timestamp.nullable(),
  },
  { 'provider-store': toOne('provider-stores') },
);

export const keptResource = (store: ProviderStore, kept: KeptProvider) => ({
  id: `${store.id}-${Buffer.from(kept.h1.slice('h1:'.length), 'base64').toString('hex').slice(0, 16)}`,
  type: 'kept-providers',
  attributes: {
    address: kept.address,
    version: kept.version,
    platform: kept.platform,
    scope: kept.scope,
    'size-bytes': kept.sizeBytes,
    hash: kept.h1,
    proof: kept.proof,
    pinned: kept.pinned,
    'fetched-at': timeOf(kept.fetchedAt),
    'last-used-at': kept.lastUsedAt === null ? null : timeOf(kept.lastUsedAt),
    'checked-at': kept.checkedAt === null ? null : timeOf(kept.checkedAt),
  },
  relationships: { 'provider-store': reference('provider-stores', store.id) },
});

export const StoreOrderSchema = resource(
  'provider-store-orders',
  {
    kind: OrderKind,
    address: z.string(),
    version: z.string(),
    platform: z.string(),
    status: z.enum(['queued', 'working', 'done', 'failed']),
    /** What has come of it, or why not. */
    message: z.string(),
    'created-at': Timestamp,
    'ended-at': Timestamp.nullable(),
  },
  { 'provider-store': toOne('provider-stores'), 'created-by': toOne('users') },
);

export const orderResource = (order: StoreOrder, store: ProviderStore) => ({
  id: order.id,
  type: 'provider-store-orders',
  attributes: {
    kind: order.kind,
    address: order.address,
    version: order.version,
    platform: order.platform,
    ...standingOf(order, store),
    'created-at': timestamp(order.created_at),
    'ended-at': order.ended_at && timestamp(order.ended_at),
  },
  relationships: {
    'provider-store': reference('provider-stores', store.id),
    'created-by': order.created_by === null ? { data: null } : reference('users', order.created_by),
  },
  links: { self: `/api/v2/provider-store-orders/${order.id}` },
});

function standingOf(order: StoreOrder, store: ProviderStore): Pick<StoreOrder, 'status' | 'message'> {
  const { status, message } = order;
  if (status === 'done' || status === 'failed') return { status, message };
  if (!isOpen(order))
    return { status: 'failed', message: 'No runner of this store has carried it out within a day.' };
  if (isOnline(store)) return { status, message };
  const seenAt = timestamp(store.last_seen_at);
  return { status, message: `It waits for the runner, which was last seen at ${seenAt}.` };
}

/** Whether a runner may still carry it out. */
export const isOpen = (order: StoreOrder, now = Date.now()): boolean =>
  (order.status === 'queued' || order.status === 'working') &&
  now - order.created_at.getTime() < ORDER_LASTS_MS;

const timeOf = (text: string): string => new Date(text).toISOString();
