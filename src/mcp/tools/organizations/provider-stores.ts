import * as z from 'zod';
import { reportResource } from '../../answer/report.ts';
import { guarded } from '../../safety/guarded.ts';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { quoteText } from '../../text/untrusted-text.ts';

/** The runner carries it out later, or says why not: its result is in the list of orders. */
export const orderProvider = defineTool({
  name: 'order_provider',
  title: 'Order a provider',
  description:
    'Has a runner’s store pin, unpin, prefetch or delete a provider; list_related shows the result. ' +
    'To delete asks for approval.',
  kind: 'write',
  toolsets: ['access'],
  input: toolInput('order_provider', {
    provider_store_id: Ids.providerStore,
    kind: z.enum(['pin', 'unpin', 'prefetch', 'delete']),
    address: z.string().min(1).max(500),
    version: z.string().min(1).max(200),
  }),
  subject: ({ provider_store_id: store }) => `store of providers ${store}`,
  async handle({ provider_store_id: store, ...order }, context) {
    const act = async () => {
      const { client, signal } = context;
      const made = await client.providerStores.order(store, order, { signal });
      return reportResource(`Ordered: order ${made.id}.`, made, context);
    };
    if (order.kind !== 'delete') return await act();
    const facts = [`store: ${store}, of ${await nameOf(store, context)}`];
    const request = {
      tool: 'order_provider',
      subject: store,
      title: `Delete ${quoteText(order.address, 200)} ${quoteText(order.version, 100)} from a runner?`,
      facts,
      boundTo: { store, order },
    };
    return await guarded(request, context.approval, act);
  },
});

const nameOf = async (store: string, { client, signal }: ToolContext): Promise<string> =>
  quoteText((await client.providerStores.read(store, { signal })).attributes.name, 100);
