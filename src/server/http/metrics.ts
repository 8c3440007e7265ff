import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';

export interface Metrics {
  page(): Promise<{ contentType: string; text: string }>;
}

/** Numbers that are counted in the database when the metrics are requested. */
interface Counts {
  /** Runs that are not final, by status. */
  runs(): Promise<Map<string, number>>;
  waitingNotifications(): Promise<number>;
  /** By status. */
  agents(): Promise<Map<string, number>>;
}

const KEPT_MS = 1_000;

/** @param registry has other measures already */
export function createMetrics(app: FastifyInstance, registry: Registry, counts: Counts): Metrics {
  const duration = new Histogram({
    name: 'runwright_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [registry],
  });
  new Gauge({
    name: 'runwright_runs',
    help: 'Runs that have not ended, by status.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      const byStatus = await counts.runs();
      this.reset();
      for (const [status, count] of byStatus) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'runwright_agents',
    help: 'Agents of pools, by status; one that has not asked for work for a week is forgotten.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      const byStatus = await counts.agents();
      this.reset();
      for (const [status, count] of byStatus) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'runwright_notifications_waiting',
    help: 'Notifications that are not delivered yet, those that are tried again included.',
    registers: [registry],
    async collect() {
      this.set(await counts.waitingNotifications());
    },
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
  // It measures a hundred times a second how late timers are, so it starts only when metrics are read.
  const measureProcess = (): void => {
    collectDefaultMetrics({ register: registry });
    // Answers contain a version only for readers who may see it (threat T31).
    registry.removeSingleMetric('nodejs_version_info');
  };
  let kept: { at: number; text: Promise<string> } | undefined;
  return {
    async page() {
      if (kept === undefined && registry.getSingleMetric('process_cpu_seconds_total') === undefined)
        measureProcess();
      // However often metrics are requested, the database counts once a second.
      if (kept === undefined || performance.now() - kept.at >= KEPT_MS) {
        const text = registry.metrics();
        const fresh = { at: performance.now(), text };
        kept = fresh;
        text.catch(() => {
          if (kept === fresh) kept = undefined;
        });
      }
      return { contentType: registry.contentType, text: await kept.text };
    },
  };
}
