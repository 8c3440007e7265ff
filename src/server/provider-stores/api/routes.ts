import * as z from 'zod';
import { OrderKind } from '../../../protocol/provider-store.ts';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { offsetOf, pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import {
  contentsOf,
  KeptProviderSchema,
  keptResource,
  orderResource,
  ProviderStoreSchema,
  StoreOrderSchema,
  storeResource,
} from '../document.ts';
import { createOrder, listOrders, readOrder } from '../orders.ts';
import { listStores, readStore } from '../service.ts';

const text = (limit: number) =>
  z
    .string({ error: 'must be a text' })
    .min(1, 'must not be empty')
    .max(limit, `must have at most ${limit} characters`);
const NewOrder = document(
  z.object({
    kind: z.enum(OrderKind.options, { error: `must be one of ${OrderKind.options.join(', ')}` }),
    address: text(500),
    version: text(200),
    platform: text(100).optional(),
  }),
  NoRelationships,
);
const KeptQuery = PageQuery.extend({ q: z.string().max(100).optional() });
const ofStore = {
  access: 'account',
  permission: { pools: 'organization:manage-agent-pools', 'the server': 'site-admin' },
  params: IdParams,
} as const;

/** What runners keep of providers, and orders for it: of the agents of a pool, or of the server's own runners. */
export function providerStoreEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const answerStores = async (
    caller: Caller,
    poolId: string | null,
    query: z.output<typeof PageQuery>,
    url: string,
  ): Promise<Answer> => {
    const page = pageOf(query);
    const stores = await listStores(platform, caller, poolId);
    const data = stores.slice(offsetOf(page), offsetOf(page) + page.size).map(storeResource);
    return { status: 200, body: { data, ...paginate(url, page, stores.length) } };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/agent-pools/:id/provider-stores',
      summary: 'List the stores of providers that the agents of a pool keep',
      access: 'account',
      permission: 'organization:manage-agent-pools',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(ProviderStoreSchema) },
      handle: async ({ caller, params, query, raw }) => await answerStores(caller, params.id, query, raw.url),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/admin/provider-stores',
      summary: 'List the stores of providers that the server’s own runners keep',
      access: 'account',
      permission: 'site-admin',
      params: z.object({}),
      query: PageQuery,
      answers: { 200: pagedListOf(ProviderStoreSchema) },
      handle: async ({ caller, query, raw }) => await answerStores(caller, null, query, raw.url),
    }),
    endpoint({
      ...ofStore,
      method: 'GET',
      url: '/api/v2/provider-stores/:id',
      summary: 'Read what is known of a store of providers',
      answers: { 200: documentOf(ProviderStoreSchema) },
      handle: async ({ caller, params }) => {
        const { store } = await readStore(db, caller, params.id);
        return { status: 200, body: { data: storeResource(store) } };
      },
    }),
    endpoint({
      ...ofStore,
      method: 'GET',
      url: '/api/v2/provider-stores/:id/kept-providers',
      summary: 'List or search the packages that a store keeps, as its runner last reported them',
      query: KeptQuery,
      answers: { 200: pagedListOf(KeptProviderSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { store } = await readStore(db, caller, params.id);
        const page = pageOf(query);
        const wanted = query.q?.toLowerCase() ?? '';
        const all = contentsOf(store).packages.filter(({ address }) => address.includes(wanted));
        const shown = all.slice(offsetOf(page), offsetOf(page) + page.size);
        const data = shown.map((kept) => keptResource(store, kept));
        return { status: 200, body: { data, ...paginate(raw.url, page, all.length) } };
      },
    }),
    endpoint({
      ...ofStore,
      method: 'GET',
      url: '/api/v2/provider-stores/:id/orders',
      summary: 'List the orders for a store of providers, the newest first',
      query: PageQuery,
      answers: { 200: pagedListOf(StoreOrderSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { store } = await readStore(db, caller, params.id);
        const page = pageOf(query);
        const { orders, totalCount } = await listOrders(db, store.id, page);
        const data = orders.map((order) => orderResource(order, store));
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      ...ofStore,
      method: 'POST',
      url: '/api/v2/provider-stores/:id/orders',
      summary: 'Have a package pinned, unpinned, prefetched or deleted by the runner that owns the store',
      example: {
        data: {
          type: 'provider-store-orders',
          attributes: {
            kind: 'prefetch',
            address: 'registry.terraform.io/hashicorp/aws',
            version: '5.100.0',
            platform: 'linux_amd64',
          },
        },
      },
      body: NewOrder,
      answers: { 201: documentOf(StoreOrderSchema), 409: refusal },
      handle: async ({ caller, params, body }) => {
        const owned = await readStore(db, caller, params.id);
        const { kind, address, version, platform: machine } = body.data.attributes;
        const request = { kind, address, version, platform: machine };
        const order = await createOrder(platform, caller, owned, request);
        return { status: 201, body: { data: orderResource(order, owned.store) } };
      },
    }),
    endpoint({
      ...ofStore,
      method: 'GET',
      url: '/api/v2/provider-store-orders/:id',
      summary: 'Read what has come of an order for a store of providers',
      answers: { 200: documentOf(StoreOrderSchema) },
      handle: async ({ caller, params }) => {
        const { order, store } = await readOrder(db, caller, params.id);
        return { status: 200, body: { data: orderResource(order, store) } };
      },
    }),
  ];
}
