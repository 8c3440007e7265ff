import { Counter, Histogram, Registry } from 'prom-client';
import type { FinishRequest, ProviderUse } from '../../protocol/agent.ts';
import type { OrderKind } from '../../protocol/provider-store.ts';

/** A plan or an apply that its runner has ended. */
export interface EndedStep {
  phase: 'plan' | 'apply';
  outcome: FinishRequest['outcome'];
  /** Times by name, as the phase has them: `queued-at`, `started-at`. */
  times: Record<string, string>;
  endedAt: Date;
  providers: readonly ProviderUse[];
}

/** What this server has seen happen since its start, for its metrics. */
export interface Measures {
  registry: Registry;
  stepEnded(step: EndedStep): void;
  /** Runners have put kept providers aside, because their contents had changed. */
  providersDamaged(count: number): void;
  orderEnded(order: { kind: OrderKind; outcome: 'done' | 'failed' }): void;
}

const SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400];

export function createMeasures(): Measures {
  const registry = new Registry();
  const registers = [registry];
  const wait = new Histogram({
    name: 'runwright_step_wait_seconds',
    help: 'Time that a plan or an apply waited for a runner, in whole seconds.',
    labelNames: ['phase'],
    buckets: SECONDS,
    registers,
  });
  const duration = new Histogram({
    name: 'runwright_step_duration_seconds',
    help: 'Time that a runner worked on a plan or an apply, in whole seconds.',
    labelNames: ['phase', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const uses = new Counter({
    name: 'runwright_provider_uses_total',
    help: 'Providers that runs had, by where they came from: store, registry or configuration.',
    labelNames: ['source'],
    registers,
  });
  const bytes = new Counter({
    name: 'runwright_provider_fetched_bytes_total',
    help: 'Size, unpacked, of the providers that runners fetched and kept.',
    registers,
  });
  const fetching = new Histogram({
    name: 'runwright_provider_fetch_seconds',
    help: 'Time of an init that fetched a provider.',
    buckets: SECONDS,
    registers,
  });
  const damaged = new Counter({
    name: 'runwright_provider_store_damaged_total',
    help: 'Kept providers that runners put aside, because their contents had changed.',
    registers,
  });
  const orders = new Counter({
    name: 'runwright_provider_store_orders_total',
    help: 'Orders for kept providers that have ended, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  return {
    registry,
    providersDamaged: (count) => damaged.inc(count),
    orderEnded: (order) => orders.inc(order),
    stepEnded({ phase, outcome, times, endedAt, providers }) {
      const [queued, started] = [times['queued-at'], times['started-at']].map((at) => Date.parse(at ?? ''));
      const seconds = (from = NaN, to = NaN): number => Math.max(0, to - from) / 1_000;
      const [waited, took] = [seconds(queued, started), seconds(started, endedAt.getTime())];
      if (!Number.isNaN(waited)) wait.observe({ phase }, waited);
      if (!Number.isNaN(took)) duration.observe({ phase, outcome }, took);
      for (const { source, sizeBytes, milliseconds } of providers) {
        uses.inc({ source });
        if (source !== 'registry') continue;
        bytes.inc(sizeBytes);
        fetching.observe(milliseconds / 1_000);
      }
    },
  };
}
