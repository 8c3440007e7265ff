import { sql, type Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization, requireSiteAdmin } from '../access/permissions.ts';
import { readPool } from '../agent-pools/service.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import type { ProviderStore } from './document.ts';

/** Stores of machines that will not come back, as of containers, are listed this long. */
const KEPT_DAYS = 7;
/** As many as one pool can have; an agent's token must not fill the database. */
const MAX_STORES = 200;

/** The owner of a store: the organization of its pool, or null for the operator of the server. */
export interface OwnedStore {
  store: ProviderStore;
  organizationId: string | null;
}

/** @throws 404 unless the caller manages the agents of the store's pool, or is an administrator of the site */
export async function readStore(db: Kysely<Database>, caller: Caller, id: string): Promise<OwnedStore> {
  const store = await db.selectFrom('provider_store').selectAll().where('id', '=', id).executeTakeFirst();
  if (store === undefined) refuse('not_found');
  if (store.agent_pool_id === null) {
    requireSiteAdmin(caller);
    return { store, organizationId: null };
  }
  const { organization_id: organizationId } = await db
    .selectFrom('agent_pool')
    .select('organization_id')
    .where('id', '=', store.agent_pool_id)
    .executeTakeFirstOrThrow();
  await requireInOrganization(db, caller, organizationId, 'manage-agent-pools');
  return { store, organizationId };
}

/** @param poolId null: the stores of the server's own runners. @throws 404 as {@link readStore} */
export async function listStores(
  platform: Platform,
  caller: Caller,
  poolId: string | null,
): Promise<ProviderStore[]> {
  if (poolId === null) requireSiteAdmin(caller);
  else await readPool(platform, caller, poolId, 'manage-agent-pools');
  return await platform.db
    .selectFrom('provider_store')
    .selectAll()
    .where(ofPool(poolId))
    .orderBy('name')
    .orderBy('id')
    .execute();
}

export const ofPool = (poolId: string | null) => sql<boolean>`agent_pool_id is not distinct from ${poolId}`;

/** Makes room for one more store of the pool. @throws 422 too many runners keep stores at this moment */
export async function requireRoomForStore(db: Kysely<Database>, poolId: string | null): Promise<void> {
  await db
    .deleteFrom('provider_store')
    .where(ofPool(poolId))
    .where('last_seen_at', '<', sql<Date>`now() - ${sql.lit(KEPT_DAYS)} * interval '1 day'`)
    .execute();
  const { count } = await db
    .selectFrom('provider_store')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where(ofPool(poolId))
    .executeTakeFirstOrThrow();
  if (count >= MAX_STORES)
    refuse(
      'unprocessable',
      `A pool has at most ${MAX_STORES} stores of providers: the others are not listed.`,
    );
}
