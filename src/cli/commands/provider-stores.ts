import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ProviderOrder, ProviderStore, ProviderStoreOrder } from '@runwright/client';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';

type Flags = ConnectionFlags & { readonly json?: true };
export type OrderFlags = Flags & { readonly platform?: string; readonly wait?: boolean };

const LOOK_EVERY_MS = 1_000;

/** @param organization undefined: the stores of the server's own runners */
export async function listStores(
  organization: string | undefined,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const all: { pool: string | null; store: ProviderStore }[] = [];
  if (organization === undefined)
    for await (const store of client.providerStores.eachOfServer()) all.push({ pool: null, store });
  else
    for await (const pool of client.agentPools.each(organization))
      for await (const store of client.providerStores.eachOfPool(pool.id))
        all.push({ pool: pool.attributes.name, store });
  if (flags.json === true) {
    const shown = all.map(({ pool, store }) => ({ id: store.id, pool, ...store.attributes }));
    terminal.print(JSON.stringify({ stores: shown }, null, 2));
    return EXIT.ok;
  }
  if (all.length === 0) terminal.print('No runner has reported what it keeps.');
  for (const { pool, store } of all) {
    const { name, status, damaged, ...facts } = store.attributes;
    const scrubbed = facts['scrubbed-at'] === null ? '' : `, scrubbed ${facts['scrubbed-at']}`;
    const size = `${facts['provider-count']} kept, ${megabytes(facts['size-bytes'])} of ${megabytes(facts['limit-bytes'])}`;
    const bad = damaged.length === 0 ? '' : `, ${damaged.length} damaged and put aside`;
    const where = pool === null ? name : `${pool}/${name}`;
    terminal.print(
      printable(`${store.id}  ${where}  ${facts.platform}  ${status}  ${size}${scrubbed}${bad}`),
    );
  }
  return EXIT.ok;
}

export async function showStore(
  store: string,
  flags: Flags & { readonly search?: string },
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const all = [];
  const search = flags.search === undefined ? {} : { q: flags.search };
  for await (const { attributes } of client.providerStores.each(store, search)) all.push(attributes);
  if (flags.json === true) terminal.print(JSON.stringify({ providers: all }, null, 2));
  else if (all.length === 0) terminal.print('Nothing is kept.');
  else
    for (const { address, version, platform, scope, pinned, ...facts } of all) {
      const used = facts['last-used-at'] ?? 'never';
      const mark = pinned ? '  pinned' : '';
      terminal.print(
        printable(
          `${address} ${version} ${platform}  ${megabytes(facts['size-bytes'])}  ${scope}  used ${used}${mark}`,
        ),
      );
    }
  return EXIT.ok;
}

export async function listOrders(store: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const all: ProviderStoreOrder[] = [];
  for await (const order of client.providerStores.orders(store)) all.push(order);
  if (flags.json === true)
    terminal.print(
      JSON.stringify({ orders: all.map(({ id, attributes }) => ({ id, ...attributes })) }, null, 2),
    );
  else if (all.length === 0) terminal.print('There are no orders.');
  else for (const order of all) terminal.print(printable(describe(order)));
  return EXIT.ok;
}

/** Exit code 1 when the runner could not do it. */
export async function orderProvider(
  store: string,
  order: ProviderOrder,
  flags: OrderFlags,
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const made = await client.providerStores.order(store, {
    ...order,
    ...(flags.platform !== undefined && { platform: flags.platform }),
  });
  const ended = flags.wait === false ? made : await follow(client, made, flags, terminal);
  if (flags.json === true) terminal.print(JSON.stringify({ id: ended.id, ...ended.attributes }, null, 2));
  else terminal.print(printable(describe(ended)));
  return ended.attributes.status === 'failed' ? EXIT.failed : EXIT.ok;
}

/** Waits for its end, which comes within a day. */
async function follow(
  client: Client,
  made: ProviderStoreOrder,
  flags: Flags,
  terminal: Terminal,
): Promise<ProviderStoreOrder> {
  let said = '';
  for (let order = made; ; order = await client.providerStores.readOrder(made.id)) {
    const { status, message } = order.attributes;
    if (status === 'done' || status === 'failed') return order;
    if (message !== said && message !== '' && flags.json !== true) terminal.note(printable(message));
    said = message;
    await sleep(LOOK_EVERY_MS);
  }
}

const describe = ({
  id,
  attributes: { kind, address, version, platform, status, message },
}: ProviderStoreOrder) =>
  `${id}  ${kind} ${address} ${version} ${platform}  ${status}${message === '' ? '' : `: ${message}`}`;

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
