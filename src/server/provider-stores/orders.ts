import { newId } from '@runwright/models';
import { sql, type Kysely } from 'kysely';
import type { OrderKind } from '../../protocol/provider-store.ts';
import { namePackage, type PackageName } from '../../protocol/package-name.ts';
import { userIdOf, type Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { contentsOf, isOpen, type ProviderStore, type StoreOrder } from './document.ts';
import { readStore, type OwnedStore } from './service.ts';

const MAX_OPEN = 100;
const KEPT_DAYS = 7;

export interface OrderRequest {
  kind: OrderKind;
  address: string;
  version: string;
  /** undefined: the store's. */
  platform: string | undefined;
}

/**
 * Orders something of the runner that owns the store. The same order, while it is open, is the first one.
 *
 * @throws 409, 422 the order could not be carried out
 */
export async function createOrder(
  platform: Platform,
  caller: Caller,
  { store, organizationId }: OwnedStore,
  request: OrderRequest,
): Promise<StoreOrder> {
  const name = readName(request, store.platform);
  requirePossible(store, request.kind, name);
  const { address, version } = request;
  const order = await transact(platform.db, async (tx) => {
    await lockStore(tx, store.id);
    const open = (await ordersOf(tx, store.id).execute()).filter((each) => isOpen(each));
    const same = open.find(
      (each) =>
        each.kind === request.kind &&
        each.address === address &&
        each.version === version &&
        each.platform === name.platform,
    );
    if (same !== undefined) return same;
    if (open.length >= MAX_OPEN)
      refuse(
        'unprocessable',
        `The store has ${MAX_OPEN} open orders: wait until its runner has carried some out.`,
      );
    await tx
      .deleteFrom('provider_store_order')
      .where('provider_store_id', '=', store.id)
      .where('created_at', '<', sql<Date>`now() - ${sql.lit(KEPT_DAYS)} * interval '1 day'`)
      .execute();
    const made = await tx
      .insertInto('provider_store_order')
      .values({
        id: newId('psorder'),
        provider_store_id: store.id,
        ...{ kind: request.kind, address, version, platform: name.platform },
        created_by: userIdOf(caller),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'provider-stores', id: store.id },
      action: `order_${request.kind}`,
      after: { address, version, platform: name.platform, order: made.id },
    });
    return made;
  });
  platform.wakeUps.wake(topics.providerStore(store.id));
  return order;
}

/** Orders of one store and reports of its runners wait for each other here. @throws 404 it is gone */
export async function lockStore(tx: Tx, storeId: string): Promise<ProviderStore> {
  const store = await tx
    .selectFrom('provider_store')
    .selectAll()
    .where('id', '=', storeId)
    .forUpdate()
    .executeTakeFirst();
  return store ?? refuse('not_found');
}

export const ordersOf = (db: Kysely<Database>, storeId: string) =>
  db
    .selectFrom('provider_store_order')
    .selectAll()
    .where('provider_store_id', '=', storeId)
    .orderBy('created_at')
    .orderBy('id');

/** The newest first. */
export async function listOrders(
  db: Kysely<Database>,
  storeId: string,
  page: Page,
): Promise<{ orders: StoreOrder[]; totalCount: number }> {
  const all = (await ordersOf(db, storeId).execute()).reverse();
  return { orders: all.slice(offsetOf(page), offsetOf(page) + page.size), totalCount: all.length };
}

/** @throws 404 as {@link readStore} */
export async function readOrder(
  db: Kysely<Database>,
  caller: Caller,
  id: string,
): Promise<{ order: StoreOrder; store: ProviderStore }> {
  const order = await db
    .selectFrom('provider_store_order')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (order === undefined) refuse('not_found');
  return { order, store: (await readStore(db, caller, order.provider_store_id)).store };
}

function readName({ address, version, platform }: OrderRequest, ofStore: string): PackageName {
  const name = namePackage(address, version, platform ?? ofStore);
  if (name !== undefined) return name;
  const at = (field: string) => `/data/attributes/${field}`;
  if (namePackage(address, '1.0.0', 'linux_amd64') === undefined)
    refuse(
      'invalid_attribute',
      'must be HOST/NAMESPACE/TYPE in small letters, like registry.terraform.io/hashicorp/aws',
      at('address'),
    );
  if (namePackage(address, version, 'linux_amd64') === undefined)
    refuse('invalid_attribute', 'must be an exact version without "v", like 5.100.0', at('version'));
  return refuse('invalid_attribute', 'must be like linux_amd64', at('platform'));
}

/** What the last report says already; the runner judges by its folder again. */
function requirePossible(store: ProviderStore, kind: OrderKind, name: PackageName): void {
  const address = `${name.host}/${name.namespace}/${name.type}`;
  const which = `${address} ${name.version} for ${name.platform}`;
  if (kind === 'prefetch') {
    if (store.source === 'none')
      refuse(
        'conflict',
        `The runner of this store fetches no providers (RUNWRIGHT_RUN_REGISTRIES is off): bring ${which} with "runwright providers import" on its machine.`,
      );
    if (store.source === 'mirror')
      refuse(
        'conflict',
        'The runner of this store takes providers from the mirror of the server alone (RUNWRIGHT_RUN_REGISTRIES is mirror), when its runs need them.',
      );
    return;
  }
  const kept = contentsOf(store).packages.filter(
    (each) => each.address === address && each.version === name.version && each.platform === name.platform,
  );
  if (kept.length === 0)
    refuse(
      'unprocessable',
      `The store does not keep ${which}: list what it keeps, or prefetch it.`,
      '/data/attributes/version',
    );
  if (kind !== 'delete') return;
  if (kept.some(({ pinned }) => pinned)) refuse('conflict', `${which} is pinned: unpin it first.`);
  if (store.agent_pool_id !== null && kept.some(({ scope }) => scope === 'host'))
    refuse(
      'conflict',
      `${which} was brought for every organization of its machine, so the machine's operator deletes it.`,
    );
}
