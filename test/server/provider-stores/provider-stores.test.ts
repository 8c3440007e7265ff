import { createClient, type Client } from '@runwright/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENT_PATH, AGENT_PROTOCOL } from '../../../src/protocol/agent.ts';
import {
  STORE_PATH,
  StoreReply,
  type DamagedProvider,
  type KeptProvider,
  type OrderResult,
} from '../../../src/protocol/provider-store.ts';
import { runCli } from '../../../src/cli/testing/run-cli.ts';
import { createOrganization } from '../../support/scenario.ts';
import { KEPT } from '../../support/store-scene.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let client: Client;
let organization: string;
let pool: string;
let secret: string;
beforeAll(async () => {
  server = await startTestServer();
  client = createClient({ address: server.url, token: ADMIN_TOKEN });
  organization = await createOrganization(server);
  pool = (await client.agentPools.create(organization, { name: 'inside' })).id;
  secret = String(
    (
      await server.call('POST', `/api/v2/agent-pools/${pool}/authentication-tokens`, {
        data: { attributes: { description: 'for a test' } },
      })
    ).body.data.attributes['token'],
  );
});
afterAll(async () => await server.close());

interface Report {
  identity?: string;
  key?: string;
  token?: string;
  source?: string;
  packages?: KeptProvider[];
  damaged?: DamagedProvider[];
  working?: string[];
  results?: OrderResult[];
  waitMs?: number;
}
const KEY = 'a-store-of-this-test';

/** One report of a runner. */
async function report(given: Report = {}): Promise<StoreReply> {
  const { identity = 'one', key = KEY, token = secret, source = 'registries', waitMs = 0 } = given;
  const { packages, damaged = [], working = [], results = [] } = given;
  const answer = await server.call(
    'POST',
    `${AGENT_PATH}${STORE_PATH}`,
    {
      ...{ protocol: AGENT_PROTOCOL, name: 'runner', identity, working, results, waitMs },
      store: { id: key, platform: 'linux_amd64', limitBytes: 1_000, source },
      ...(packages && { contents: { packages, damaged } }),
    },
    token,
  );
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return StoreReply.parse(answer.body);
}
const storeId = async () => (await client.providerStores.listOfPool(pool)).data[0]?.id ?? '';
const { address, version } = KEPT;
const order = async (kind: string, attributes: object = {}, id?: string) =>
  await server.call('POST', `/api/v2/provider-stores/${id ?? (await storeId())}/orders`, {
    data: { type: 'provider-store-orders', attributes: { kind, address, version, ...attributes } },
  });

test('a runner reports its store, and administrators of its organization see what it keeps', async () => {
  expect(await report()).toMatchObject({ wantsContents: true, organization: { id: expect.any(String) } });
  const other = { ...KEPT, address: 'registry.example.com/acme/other', pinned: true };
  expect(await report({ packages: [KEPT, other] })).toMatchObject({ wantsContents: false, orders: [] });
  const [store] = (await client.providerStores.listOfPool(pool)).data;
  expect(store?.attributes).toMatchObject({
    ...{ name: 'runner', platform: 'linux_amd64', status: 'online', source: 'registries' },
    ...{ 'size-bytes': 10, 'limit-bytes': 1_000, 'provider-count': 2, damaged: [] },
    'scrubbed-at': KEPT.fetchedAt,
  });
  const found = await client.providerStores.list(store?.id ?? '', { q: 'OTHER' });
  expect(found.data.map(({ attributes }) => attributes)).toMatchObject([
    { pinned: true, scope: 'organization' },
  ]);
  const stranger = await server.addUser('stranger-to-stores', [await createOrganization(server)]);
  expect((await server.call('GET', `/api/v2/provider-stores/${store?.id}`, undefined, stranger)).status).toBe(
    404,
  );
  // A store of the server's own runners is its administrators' alone.
  await report({ token: AGENT_TOKEN });
  const own = await server.call('GET', '/api/v2/admin/provider-stores');
  expect(own.body.data).toHaveLength(1);
  const path = `/api/v2/provider-stores/${String((own.body.data as unknown as { id: string }[])[0]?.id)}`;
  const owner = await server.addUser('owner-of-one', [organization]);
  expect((await server.call('GET', path, undefined, owner)).status).toBe(404);
});

test('an order wakes the waiting runner, and its result is written down once', async () => {
  const waiting = report({ waitMs: 20_000 });
  const made = await order('pin');
  expect([made.status, (await order('pin')).body.data.id]).toEqual([201, made.body.data.id]);
  const { orders } = await waiting;
  expect(orders).toEqual([{ id: made.body.data.id, kind: 'pin', address, version, platform: 'linux_amd64' }]);
  const result: OrderResult = { order: made.body.data.id, outcome: 'done', message: 'It is pinned.' };
  await report({ results: [result] });
  await report({ results: [{ ...result, outcome: 'failed', message: 'later' }] });
  expect((await client.providerStores.readOrder(result.order)).attributes).toMatchObject({
    ...{ status: 'done', message: 'It is pinned.', 'ended-at': expect.any(String) },
  });
  const entries = await server.platform.db
    .selectFrom('audit_entry')
    .select(['action', 'after'])
    .where('resource_id', '=', await storeId())
    .execute();
  expect(entries).toMatchObject([{ action: 'order_pin', after: { address, version } }]);
});

test('an order of a runner that was killed goes to the next one, and not for ever', async () => {
  const { id } = (await order('prefetch')).body.data;
  expect((await report()).orders).toHaveLength(1);
  // It works on it, and another runner of the same store does not.
  expect((await report({ working: [id] })).orders).toEqual([]);
  expect((await report({ identity: 'two' })).orders).toEqual([]);
  // Its answer was lost: it does not know that it has the order.
  expect((await report()).orders).toHaveLength(1);
  const die = async () =>
    await server.platform.db
      .updateTable('provider_store_order')
      .set({ held_until: new Date(0) })
      .where('id', '=', id)
      .execute();
  for (const identity of ['two', 'three', 'four', 'five']) {
    await die();
    expect((await report({ identity })).orders).toHaveLength(1);
  }
  await die();
  expect((await report({ identity: 'six' })).orders).toEqual([]);
  expect((await client.providerStores.readOrder(id)).attributes).toMatchObject({
    ...{ status: 'failed', message: '5 runners ended in the middle of it.' },
  });
});

test('orders wait for a runner that is away, for a day', async () => {
  const { id } = (await order('unpin')).body.data;
  const { db } = server.platform;
  await db
    .updateTable('provider_store')
    .set({ last_seen_at: new Date('2026-01-01') })
    .execute();
  const read = async () => (await client.providerStores.readOrder(id)).attributes;
  expect(await read()).toMatchObject({
    status: 'queued',
    message: expect.stringContaining('last seen at 2026-01'),
  });
  await db
    .updateTable('provider_store_order')
    .set({ created_at: new Date(Date.now() - 25 * 3600_000) })
    .where('id', '=', id)
    .execute();
  expect(await read()).toMatchObject({ status: 'failed', message: expect.stringContaining('within a day') });
  expect((await report()).orders).toEqual([]);
});

test('an order that cannot be carried out is refused, with the field and the way out', async () => {
  const host = { ...KEPT, version: '2.0.0', scope: 'host' as const };
  await report({ packages: [KEPT, host, { ...KEPT, version: '3.0.0', pinned: true }] });
  const refusals: [string, object, number, string | undefined, string][] = [
    ['fetch', {}, 422, 'kind', 'must be one of pin, unpin, prefetch, delete'],
    ['pin', { address: 'hashicorp/aws' }, 422, 'address', 'HOST/NAMESPACE/TYPE'],
    ['pin', { address: 'Registry.example.com/a/b' }, 422, 'address', 'small letters'],
    ['pin', { address: '' }, 422, 'address', 'must not be empty'],
    ['prefetch', { version: 'v1.0.0' }, 422, 'version', 'without "v"'],
    ['prefetch', { version: '~> 1.0' }, 422, 'version', 'exact version'],
    ['prefetch', { platform: 'linux' }, 422, 'platform', 'like linux_amd64'],
    ['pin', { version: '9.0.0' }, 422, 'version', 'prefetch it'],
    ['delete', { platform: 'darwin_arm64' }, 422, 'version', 'does not keep'],
    ['delete', { version: '2.0.0' }, 409, undefined, "machine's operator"],
    ['delete', { version: '3.0.0' }, 409, undefined, 'unpin it first'],
  ];
  for (const [kind, attributes, status, field, words] of refusals) {
    const answer = await order(kind, attributes);
    const [error] = (answer.body as unknown as { errors: { detail: string; source?: { pointer: string } }[] })
      .errors;
    expect([answer.status, error?.source?.pointer, error?.detail]).toEqual([
      status,
      field === undefined ? undefined : `/data/attributes/${field}`,
      expect.stringContaining(words),
    ]);
  }
  await report({ source: 'none' });
  expect((await order('prefetch')).text).toContain('RUNWRIGHT_RUN_REGISTRIES is off');
  await report({ source: 'mirror' });
  expect((await order('prefetch')).text).toContain('mirror of the server alone');
  await report();
});

test('a damaged package is in the audit trail and in the metrics once, whoever reports it how often', async () => {
  const { h1, platform } = KEPT;
  const damaged = [{ address, version, platform, h1, foundAt: '2026-01-31T10:00:00.000Z' }];
  await report({ packages: [], damaged });
  await report({ packages: [KEPT], damaged, identity: 'two' });
  const [store] = (await client.providerStores.listOfPool(pool)).data;
  expect(store?.attributes.damaged).toMatchObject([{ address, 'found-at': '2026-01-31T10:00:00.000Z' }]);
  const entries = await server.platform.db
    .selectFrom('audit_entry')
    .select(['actor_kind', 'after'])
    .where('action', '=', 'put_aside')
    .execute();
  expect(entries).toMatchObject([{ actor_kind: 'platform', after: { address, version } }]);
  const text = await server.platform.measures.registry.metrics();
  expect(text).toContain('runwright_provider_store_damaged_total 1');
  expect(text).toMatch(/runwright_provider_store_orders_total\{kind="pin",outcome="done"\} 1/);
});

test('the command line lists stores and packages, and waits for an order', async () => {
  const env = { RUNWRIGHT_URL: server.url, RUNWRIGHT_TOKEN: ADMIN_TOKEN };
  const cli = async (...args: string[]) => await runCli(['provider-stores', ...args], env);
  const id = await storeId();
  const listed = await cli('list', organization);
  expect(listed.stdout).toContain(`${id}  inside/runner  linux_amd64  online  1 kept`);
  expect(JSON.parse((await cli('show', id, '--json')).stdout)).toMatchObject({ providers: [{ address }] });
  const pinning = cli('pin', id, address, version);
  const { orders } = await report({ waitMs: 20_000 });
  const results = orders.map((each) => ({ order: each.id, outcome: 'failed' as const, message: 'No room.' }));
  await report({ results });
  const pinned = await pinning;
  expect([pinned.exitCode, pinned.stdout]).toEqual([1, expect.stringContaining('failed: No room.')]);
  const later = await cli('prefetch', id, address, '4.0.0', '--no-wait', '--json');
  expect(JSON.parse(later.stdout)).toMatchObject({
    kind: 'prefetch',
    status: 'queued',
    platform: 'linux_amd64',
  });
  expect((await cli('orders', id)).stdout).toContain(`prefetch ${address} 4.0.0`);
});

test('a pool keeps a limited number of stores, and forgets those of machines that are gone', async () => {
  const { db } = server.platform;
  const rows = Array.from({ length: 200 }, (_unused, index) => ({
    ...{
      id: `pstore-${String(index).padStart(16, '0')}`,
      agent_pool_id: pool,
      key: `key-${index}-0123456789`,
    },
    ...{
      name: 'x',
      platform: 'linux_amd64',
      limit_bytes: 1,
      source: 'none' as const,
      last_seen_at: new Date(),
    },
  }));
  await db.insertInto('provider_store').values(rows).execute();
  await expect(report({ key: 'one-too-many-of-them' })).rejects.toMatchObject({
    actual: [422, expect.stringContaining('at most 200')],
  });
  await db
    .updateTable('provider_store')
    .set({ last_seen_at: new Date(Date.now() - 8 * 24 * 3600_000) })
    .where('name', '=', 'x')
    .execute();
  expect(await report({ key: 'one-too-many-of-them' })).toMatchObject({ wantsContents: true });
  expect((await client.providerStores.listOfPool(pool)).data).toHaveLength(2);
});
