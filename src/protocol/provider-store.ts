/**
 * How a runner tells the server of the providers that it keeps, and takes orders for them.
 *
 * `POST /provider-store` (below {@link AGENT_PATH}): {@link StoreReport}, answered 200 {@link StoreReply}, held until
 * there are orders or `waitMs` has passed. Every order may be given again, to this or another runner of the same store,
 * until its result has arrived: carrying it out twice is the same as once.
 */
import * as z from 'zod';
import { AGENT_PROTOCOL, Identity, Platform } from './agent.ts';

export const STORE_PATH = '/provider-store';

const Time = z.iso.datetime();
const Address = z.string().max(500);
const Version = z.string().max(200);
const Hash = z.string().regex(/^h1:[A-Za-z0-9+/]{43}=$/, 'must be a hash as lock files have it');

/** The runs that may use a package: its organization's, those of the whole host, or whoever names its hash. */
export const KeptScope = z.enum(['organization', 'host', 'public']);

export const KeptProvider = z.strictObject({
  /** `HOST/NAMESPACE/TYPE`. */
  address: Address,
  version: Version,
  platform: Platform,
  h1: Hash,
  scope: KeptScope,
  /** In the engine's words. */
  proof: z.string().max(300),
  /** Unpacked. */
  sizeBytes: z.int().min(0),
  fetchedAt: Time,
  lastUsedAt: Time.nullable(),
  /** When its contents were last read as a whole and found right. */
  checkedAt: Time.nullable(),
  pinned: z.boolean(),
});
export type KeptProvider = z.infer<typeof KeptProvider>;

/** A package whose contents had changed: it was put aside. */
export const DamagedProvider = z.strictObject({
  address: Address,
  version: Version,
  platform: Platform,
  h1: Hash,
  foundAt: Time,
});
export type DamagedProvider = z.infer<typeof DamagedProvider>;

export const MAX_KEPT = 2_000;
export const MAX_DAMAGED = 200;

export const StoreContents = z.strictObject({
  packages: z.array(KeptProvider).max(MAX_KEPT),
  damaged: z.array(DamagedProvider).max(MAX_DAMAGED),
});
export type StoreContents = z.infer<typeof StoreContents>;

export const OrderKind = z.enum(['pin', 'unpin', 'prefetch', 'delete']);
export type OrderKind = z.infer<typeof OrderKind>;

export const StoreOrder = z.strictObject({
  id: z.string().max(100),
  kind: OrderKind,
  address: Address,
  version: Version,
  platform: Platform,
});
export type StoreOrder = z.infer<typeof StoreOrder>;

export const OrderResult = z.strictObject({
  order: z.string().max(100),
  outcome: z.enum(['done', 'failed']),
  /** One sentence for people. */
  message: z.string().max(1_000),
});
export type OrderResult = z.infer<typeof OrderResult>;

/** `registries`, the server's `mirror`, or `none`: the runner fetches no provider. */
export const ProviderSource = z.enum(['registries', 'mirror', 'none']);
export type ProviderSource = z.infer<typeof ProviderSource>;

export const StoreReport = z.strictObject({
  protocol: z.literal(AGENT_PROTOCOL),
  /** The runner's name for people. */
  name: z.string().min(1).max(100),
  identity: Identity,
  store: z.strictObject({
    /** The same for all runners that share the folder. */
    id: z.string().regex(/^[\w-]{16,64}$/, 'must be 16 to 64 letters, digits, - and _'),
    platform: Platform,
    limitBytes: z.int().min(0),
    source: ProviderSource,
  }),
  /** All that the caller's organization may know of; absent: as in the last report of this runner. */
  contents: StoreContents.optional(),
  /** The orders that the runner still works on. */
  working: z.array(z.string().max(100)).max(100),
  results: z.array(OrderResult).max(100),
  waitMs: z.int().min(0).max(60_000).default(0),
});
export type StoreReport = z.infer<typeof StoreReport>;

export const StoreReply = z.strictObject({
  /** The organization whose packages the contents must be; null: the whole store. */
  organization: z.strictObject({ id: z.string() }).nullable(),
  /** The server has no contents yet. */
  wantsContents: z.boolean(),
  orders: z.array(StoreOrder),
});
export type StoreReply = z.infer<typeof StoreReply>;
