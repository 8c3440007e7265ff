import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { SearchOptions } from './registry.ts';

export interface ProviderStoreAttributes {
  /** The runner that was last seen. */
  readonly name: string;
  /** `linux_amd64`. */
  readonly platform: string;
  /** `online`, `away`. */
  readonly status: string;
  /** `registries`, `mirror`, `none`. */
  readonly source: string;
  readonly 'limit-bytes': number;
  readonly 'size-bytes': number;
  readonly 'provider-count': number;
  /** Every package was read as a whole since this time, and found right. */
  readonly 'scrubbed-at': string | null;
  readonly damaged: readonly {
    readonly address: string;
    readonly version: string;
    readonly platform: string;
    readonly 'found-at': string;
  }[];
  readonly 'reported-at': string | null;
  readonly 'last-seen-at': string;
}
export type ProviderStore = Resource<ProviderStoreAttributes>;

export interface KeptProviderAttributes {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly address: string;
  readonly version: string;
  readonly platform: string;
  /** Who may use it: `organization`, `host`, `public`. */
  readonly scope: string;
  readonly 'size-bytes': number;
  /** In the form of lock files. */
  readonly hash: string;
  readonly proof: string;
  readonly pinned: boolean;
  readonly 'fetched-at': string;
  readonly 'last-used-at': string | null;
  readonly 'checked-at': string | null;
}
export type KeptProvider = Resource<KeptProviderAttributes>;

export interface ProviderStoreOrderAttributes {
  /** `pin`, `unpin`, `prefetch`, `delete`. */
  readonly kind: string;
  readonly address: string;
  readonly version: string;
  readonly platform: string;
  /** `queued`, `working`, `done`, `failed`. */
  readonly status: string;
  /** What has come of it, or why not. */
  readonly message: string;
  readonly 'created-at': string;
  readonly 'ended-at': string | null;
}
export type ProviderStoreOrder = Resource<ProviderStoreOrderAttributes>;

export interface ProviderOrder {
  readonly kind: 'pin' | 'unpin' | 'prefetch' | 'delete';
  readonly address: string;
  readonly version: string;
  /** The store's, when absent. */
  readonly platform?: string | undefined;
}

/** The providers that runners keep for later runs. Only Runwright has them. */
export function providerStores(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    eachOfPool: (poolId: string, options?: CallOptions) =>
      calls.each<ProviderStore>(path`agent-pools/${poolId}/provider-stores`, options),
    listOfPool: (poolId: string, options?: ListOptions) =>
      calls.list<ProviderStore>(path`agent-pools/${poolId}/provider-stores`, options),
    /** Those of the server's own runners, for its administrators. */
    eachOfServer: (options?: CallOptions) => calls.each<ProviderStore>('admin/provider-stores', options),
    read: (storeId: string, options?: CallOptions) =>
      calls.read<ProviderStore>(path`provider-stores/${storeId}`, options),
    list: (storeId: string, { q, ...options }: SearchOptions = {}) =>
      calls.list<KeptProvider>(path`provider-stores/${storeId}/kept-providers`, options, { q }),
    each: (storeId: string, { q, ...options }: SearchOptions = {}) =>
      calls.each<KeptProvider>(path`provider-stores/${storeId}/kept-providers`, options, { q }),
    listOrders: (storeId: string, options?: ListOptions) =>
      calls.list<ProviderStoreOrder>(path`provider-stores/${storeId}/orders`, options),
    orders: (storeId: string, options?: CallOptions) =>
      calls.each<ProviderStoreOrder>(path`provider-stores/${storeId}/orders`, options),
    /** Its result comes later: {@link readOrder}. */
    order: (storeId: string, order: ProviderOrder, options?: CallOptions) =>
      calls.create<ProviderStoreOrder>(
        path`provider-stores/${storeId}/orders`,
        { type: 'provider-store-orders', attributes: { ...order } },
        options,
      ),
    readOrder: (orderId: string, options?: CallOptions) =>
      calls.read<ProviderStoreOrder>(path`provider-store-orders/${orderId}`, options),
  };
}
