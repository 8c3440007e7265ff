/** A store of providers as a runner reports it, with an order, for tests that try every route. */
import { newId } from '@runwright/models';
import { AGENT_PATH, AGENT_PROTOCOL } from '../../src/protocol/agent.ts';
import {
  STORE_PATH,
  StoreReply,
  type KeptProvider,
  type OrderResult,
} from '../../src/protocol/provider-store.ts';
import type { Platform } from '../../src/server/context.ts';

export const KEPT: KeptProvider = {
  address: 'registry.example.com/acme/it',
  version: '1.0.0',
  platform: 'linux_amd64',
  h1: `h1:${'A'.repeat(43)}=`,
  scope: 'organization',
  proof: 'signed',
  sizeBytes: 5,
  fetchedAt: '2026-01-31T10:00:00.000Z',
  lastUsedAt: null,
  checkedAt: null,
  pinned: false,
};

/** @param poolId null: a store of the server's own runners */
export async function makeStore(
  { db }: Platform,
  poolId: string | null,
): Promise<{ 'provider-stores': string; 'provider-store-orders': string }> {
  const ids = { 'provider-stores': newId('pstore'), 'provider-store-orders': newId('psorder') };
  const store = { name: 'a', platform: 'linux_amd64', limit_bytes: 100, source: 'registries' as const };
  await db
    .insertInto('provider_store')
    .values({
      ...{ id: ids['provider-stores'], agent_pool_id: poolId, key: ids['provider-stores'], ...store },
      ...{ contents: JSON.stringify({ packages: [KEPT], damaged: [] }), last_seen_at: new Date() },
    })
    .execute();
  const { address, version, platform } = KEPT;
  await db
    .insertInto('provider_store_order')
    .values({
      ...{ id: ids['provider-store-orders'], provider_store_id: ids['provider-stores'] },
      ...{ kind: 'unpin', address, version, platform, created_by: null, held_by: null },
    })
    .execute();
  return ids;
}

/** Reports these packages as the agent of a pool, and what came of orders. @returns with new orders */
export async function reportStore(
  url: string,
  token: string,
  packages: readonly KeptProvider[],
  results: readonly OrderResult[],
): Promise<StoreReply> {
  const answer = await fetch(url + AGENT_PATH + STORE_PATH, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ protocol: AGENT_PROTOCOL, name: 'runner-1', identity: 'one', working: [], results, waitMs: 0 },
      store: { id: 'a-store-of-this-test', platform: KEPT.platform, limitBytes: 1e9, source: 'registries' },
      contents: { packages, damaged: [] },
    }),
  });
  return StoreReply.parse(await answer.json());
}
