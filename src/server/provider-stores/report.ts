import { newId } from '@runwright/models';
import { sql } from 'kysely';
import type { DamagedProvider, StoreReply, StoreReport } from '../../protocol/provider-store.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { contentsOf, isOpen, type ProviderStore, type StoreOrder } from './document.ts';
import { lockStore, ordersOf } from './orders.ts';
import { ofPool, requireRoomForStore } from './service.ts';

/** A runner that has not reported for this long has left its orders. */
const HELD_MS = 60_000;
/** An order in the middle of which runners have ended so often has failed. */
const MAX_ATTEMPTS = 5;
const MAX_GIVEN = 20;
const LOOK_AGAIN_MS = 25_000;

type Ended = Pick<StoreOrder, 'kind'> & { outcome: 'done' | 'failed' };

/**
 * Writes down what a runner keeps and what has come of its orders, and gives it new ones: at once, or after a wait of
 * up to `waitMs`. Each order is given until its result is there, so that neither a killed runner nor a lost answer
 * loses one.
 */
export async function acceptReport(
  platform: Platform,
  poolId: string | null,
  report: StoreReport,
  signal: AbortSignal,
): Promise<StoreReply> {
  const deadline = Date.now() + report.waitMs;
  const storeId = await findOrAdd(platform, poolId, report);
  const organization = await organizationOf(platform, poolId);
  let isFirst = true;
  for (;;) {
    const woken = new AbortController();
    const wait = platform.wakeUps.wait(
      topics.providerStore(storeId),
      Math.min(LOOK_AGAIN_MS, Math.max(0, deadline - Date.now())),
      AbortSignal.any([signal, woken.signal]),
    );
    const reply = await exchange(platform, storeId, organization?.id ?? null, report, isFirst);
    isFirst = false;
    const isEnough = reply.orders.length > 0 || reply.wantsContents || Date.now() >= deadline;
    if (isEnough || signal.aborted || platform.wakeUps.isClosed()) {
      woken.abort();
      return { ...reply, organization };
    }
    await wait;
    if (signal.aborted || Date.now() >= deadline) return { ...reply, organization };
  }
}

async function findOrAdd(
  { db }: Platform,
  poolId: string | null,
  { store, name }: StoreReport,
): Promise<string> {
  const { id: key, platform, limitBytes, source } = store;
  const now = { name, platform, limit_bytes: limitBytes, source, last_seen_at: new Date() };
  const known = await db
    .updateTable('provider_store')
    .set(now)
    .where(ofPool(poolId))
    .where('key', '=', key)
    .returning('id')
    .executeTakeFirst();
  if (known !== undefined) return known.id;
  await requireRoomForStore(db, poolId);
  const { id } = await db
    .insertInto('provider_store')
    .values({ id: newId('pstore'), agent_pool_id: poolId, key, ...now })
    .onConflict((conflict) => conflict.columns(['agent_pool_id', 'key']).doUpdateSet(now))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function organizationOf({ db }: Platform, poolId: string | null): Promise<{ id: string } | null> {
  if (poolId === null) return null;
  const { organization_id: id } = await db
    .selectFrom('agent_pool')
    .select('organization_id')
    .where('id', '=', poolId)
    .executeTakeFirstOrThrow();
  return { id };
}

async function exchange(
  { db, measures }: Platform,
  storeId: string,
  organizationId: string | null,
  report: StoreReport,
  isFirst: boolean,
): Promise<Omit<StoreReply, 'organization'>> {
  const ended: Ended[] = [];
  let damaged: DamagedProvider[] = [];
  const reply = await transact(db, async (tx) => {
    const store = await lockStore(tx, storeId);
    if (isFirst) {
      damaged = await acceptContents(tx, store, organizationId, report);
      ended.push(...(await acceptResults(tx, storeId, report)));
    }
    const orders = await giveOrders(tx, storeId, report, ended);
    const wantsContents = store.contents === null && report.contents === undefined;
    return { wantsContents, orders };
  });
  if (damaged.length > 0) measures.providersDamaged(damaged.length);
  for (const { kind, outcome } of ended) measures.orderEnded({ kind, outcome });
  return reply;
}

/** @returns the packages that were found damaged since the last report */
async function acceptContents(
  tx: Tx,
  store: ProviderStore,
  organizationId: string | null,
  { contents }: StoreReport,
): Promise<DamagedProvider[]> {
  if (contents === undefined) return [];
  const nameOf = ({ h1, foundAt }: DamagedProvider) => `${h1} ${foundAt}`;
  const known = new Set(contentsOf(store).damaged.map(nameOf));
  const damaged = contents.damaged.filter((each) => !known.has(nameOf(each)));
  await tx
    .updateTable('provider_store')
    .set({ contents: JSON.stringify(contents), reported_at: new Date() })
    .where('id', '=', store.id)
    .execute();
  for (const { address, version, platform, h1, foundAt } of damaged)
    await recordChange(tx, null, {
      organizationId,
      resource: { type: 'provider-stores', id: store.id },
      action: 'put_aside',
      after: { address, version, platform, h1, foundAt, runner: store.name },
    });
  return damaged;
}

async function acceptResults(tx: Tx, storeId: string, { results }: StoreReport): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const { order, outcome, message } of results) {
    const row = await tx
      .updateTable('provider_store_order')
      .set({ status: outcome, message, ended_at: new Date(), held_until: null })
      .where('id', '=', order)
      .where('provider_store_id', '=', storeId)
      .where('status', 'in', ['queued', 'working'])
      .returning('kind')
      .executeTakeFirst();
    if (row !== undefined) ended.push({ kind: row.kind, outcome });
  }
  return ended;
}

/** The orders that this runner works on stay its own; it gets those that nobody works on. */
async function giveOrders(
  tx: Tx,
  storeId: string,
  { identity, working }: StoreReport,
  ended: Ended[],
): Promise<StoreReply['orders']> {
  const now = Date.now();
  const open = (await ordersOf(tx, storeId).execute()).filter((order) => isOpen(order, now));
  const given: StoreReply['orders'] = [];
  for (const order of open) {
    const isMine = order.held_by === identity;
    const isHeld = order.status === 'working' && (order.held_until?.getTime() ?? 0) > now;
    const isGoingOn = isMine && working.includes(order.id);
    if (!isGoingOn && ((isHeld && !isMine) || given.length >= MAX_GIVEN)) continue;
    if (!isGoingOn && order.attempts >= MAX_ATTEMPTS) {
      const message = `${MAX_ATTEMPTS} runners ended in the middle of it.`;
      const end = { status: 'failed' as const, message, ended_at: new Date(), held_until: null };
      await tx.updateTable('provider_store_order').set(end).where('id', '=', order.id).execute();
      ended.push({ kind: order.kind, outcome: 'failed' });
      continue;
    }
    // The answer with an order of this runner that it does not know was lost: it has not begun yet.
    const attempts = isGoingOn || (isHeld && isMine) ? sql<number>`attempts` : sql<number>`attempts + 1`;
    await tx
      .updateTable('provider_store_order')
      .set({ status: 'working', held_by: identity, held_until: new Date(now + HELD_MS), attempts })
      .where('id', '=', order.id)
      .execute();
    const { id, kind, address, version, platform } = order;
    if (!isGoingOn) given.push({ id, kind, address, version, platform });
  }
  return given;
}
