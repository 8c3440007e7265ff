import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderResult, ProviderSource, StoreOrder, StoreReport } from '../protocol/provider-store.ts';
import { hostPlatform } from './host-platform.ts';
import { openWithin } from './network/open-url.ts';
import { ServerRefused } from './protocol/errors.ts';
import { backoffMs } from './protocol/retry.ts';
import { carryOut } from './providers/carry-out.ts';
import { storeLimits } from './providers/evict.ts';
import type { ProviderStore } from './providers/provider-store.ts';
import { describeStore, readStoreId, viewOf, type StoreView } from './providers/store-view.ts';
import type { RunnerSettings } from './settings.ts';
import type { AgentContext } from './step/step-context.ts';

/** Runs go first after a start. */
const FIRST_AFTER_MS = 1_000;
const WAIT_MS = 25_000;
/** A report renews the right to the orders that are being carried out. */
const WAIT_WHILE_WORKING_MS = 10_000;
const MAX_RESULTS = 50;

/**
 * Reports the kept providers to the server and carries out its orders for them, one after the other, until `stopped`.
 * Runs do not wait for any of it. A server that does not know the call is not asked again. Never fails.
 */
export async function keepStoreReported(
  { settings, client, limits, log }: AgentContext,
  store: ProviderStore,
  stopped: AbortSignal,
): Promise<void> {
  const orders = startOrders({ settings, storeBytes: limits.providerStoreBytes }, stopped);
  let view: StoreView | undefined;
  let reported = '';
  let failures = 0;
  await sleep(FIRST_AFTER_MS, undefined, { signal: stopped }).catch(() => undefined);
  while (!stopped.aborted) {
    const news = orders.nextNews();
    try {
      const contents = view && (await describeStore(view));
      const digest = createHash('sha256')
        .update(JSON.stringify(contents ?? ''))
        .digest('hex');
      const results = orders.results.slice(0, MAX_RESULTS);
      const working = [...orders.working];
      const report: Omit<StoreReport, 'protocol' | 'identity'> = {
        name: settings.name,
        store: {
          id: await readStoreId(store.folder),
          platform: hostPlatform(),
          limitBytes: Math.floor((await storeLimits(store.folder.root, limits.providerStoreBytes)).bytes),
          source: sourceOf(settings),
        },
        ...(contents && digest !== reported && { contents }),
        ...{ working, results },
        waitMs: view === undefined ? 0 : working.length > 0 ? WAIT_WHILE_WORKING_MS : WAIT_MS,
      };
      const reply = await client.reportStore(report, AbortSignal.any([stopped, news]));
      failures = 0;
      orders.results.splice(0, results.length);
      view ??= viewOf(store, settings.url, reply.organization?.id ?? null);
      reported = reply.wantsContents ? '' : digest;
      for (const order of reply.orders) orders.add(view, order);
    } catch (error) {
      if (stopped.aborted) return;
      if (news.aborted) continue;
      if (error instanceof ServerRefused && [401, 403, 404].includes(error.status))
        return log('debug', 'the server is not told of the kept providers', { error: String(error) });
      if (failures === 0) log('warn', 'the kept providers cannot be reported', { error: String(error) });
      await sleep(backoffMs(failures++, 1_000, 60_000), undefined, { signal: stopped }).catch(
        () => undefined,
      );
    }
  }
}

const sourceOf = ({ isSealed, usesMirror }: RunnerSettings): ProviderSource =>
  isSealed ? 'none' : usesMirror === true ? 'mirror' : 'registries';

/** The orders of this process: those that wait or are being carried out, and the results not yet reported. */
function startOrders(
  { settings, storeBytes }: { settings: RunnerSettings; storeBytes: number | undefined },
  stopped: AbortSignal,
) {
  const working = new Set<string>();
  const results: OrderResult[] = [];
  let news = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  const open = openWithin(settings.network);
  const means = {
    open: async (url: string, signal: AbortSignal) => await open(url, AbortSignal.any([signal, stopped])),
    ...{ source: sourceOf(settings), storeBytes, organization: '', stopped },
  };
  return {
    working,
    results,
    /** Aborts when there is a result to report. */
    nextNews(): AbortSignal {
      if (news.signal.aborted) news = new AbortController();
      return news.signal;
    },
    add(view: StoreView, order: StoreOrder): void {
      if (working.has(order.id)) return;
      working.add(order.id);
      last = last.then(async () => {
        const result = await carryOut(view, order, means);
        // A runner that stops leaves the order to the next one.
        if (stopped.aborted) return;
        working.delete(order.id);
        results.push(result);
        news.abort();
      });
    },
  };
}
