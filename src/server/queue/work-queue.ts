import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { fromKysely, PgBoss } from 'pg-boss';
import type { Db } from 'pg-boss';
import type { OpenDatabase } from '../database/open.ts';
import { runSql } from '../database/sql-pool.ts';
import type { Tx } from '../database/transact.ts';
import { superviseQueue } from './supervise.ts';

/** Queues by name. A job is a delivery: "look at this now". The work itself, and who has it, are rows. */
export const queues = {
  /** Steps for the runners of the default pool. */
  defaultSteps: 'steps.default',
  /** Runs that an applied run of another workspace triggers. */
  runTriggers: 'run-triggers',
  /** Runs that have entered a phase around terraform's own two. */
  runPhases: 'run-phases',
} as const;

/** Higher goes first. An apply's person has waited for its plan already; a speculative plan delays nobody. */
export const priorities = { apply: 20, plan: 10, speculativePlan: 0 } as const;

export interface Job<Data> {
  readonly id: string;
  readonly queueName: string;
  readonly data: Data;
  /** The number of earlier deliveries. Part of the job's identity: an earlier delivery can no longer end it. */
  readonly retryCount: number;
}

export interface EnqueueOptions {
  /** One of {@link priorities}; among equals the oldest goes first. */
  priority: number;
  /** While a job with this key waits or is fetched, no second one is created. */
  singletonKey?: string;
  /** The job is not fetched earlier. */
  notBefore?: Date;
}

export interface WorkQueue {
  /** Part of `tx`: the job exists only if it commits. @returns the job's id, or null when the key has a job already */
  enqueue(tx: Tx, queueName: string, data: object, options: EnqueueOptions): Promise<string | null>;
  /**
   * The most urgent job, or null. Fetched in `tx` it goes back to the queue when that is rolled back; fetched by itself
   * it is delivered again unless it is ended in time.
   */
  fetch<Data extends object>(queueName: string, tx?: Tx): Promise<Job<Data> | null>;
  /** @returns false when the job has been delivered again since: then do none of its work */
  complete(tx: Tx, job: Job<unknown>): Promise<boolean>;
  /** Has the job delivered again at once, up to the queue's limit. @returns as {@link WorkQueue.complete} */
  fail(tx: Tx, job: Job<unknown>, reason: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface WorkQueueOptions {
  logger: { warn(fields: object, message: string): void };
  /** A job that was fetched and has not ended for this long is delivered again: its server is gone. */
  expireInSeconds?: number;
  /** How often to look for such jobs, while any are fetched. */
  superviseIntervalSeconds?: number;
  /** Called when jobs may have become available without a transaction of this program. */
  onRedelivery?: () => void;
}

/** How often a job that failed is delivered again. */
export const RETRY_LIMIT = 5;
const HOUR_SECONDS = 3_600;
/** A job waits until it is taken: if the queue deleted it, its run would wait for ever. */
const KEPT_SECONDS = 20 * 365 * 24 * HOUR_SECONDS;

const FETCHED = `select from pgboss.job where state = 'active' limit 1`;

/** Opens the queue in the database of the rows, so that one transaction changes both. */
export async function openQueue(database: OpenDatabase, options: WorkQueueOptions): Promise<WorkQueue> {
  const { logger, expireInSeconds = 45, superviseIntervalSeconds = 10, onRedelivery = () => {} } = options;
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => ({ rows: await runSql(database.pool, text, values) }) },
    backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
    // pg-boss's supervisor writes every few seconds even when idle; supervise.ts replaces it.
    supervise: false,
    superviseIntervalSeconds,
    monitorIntervalSeconds: superviseIntervalSeconds,
    // The settings of queues and the schema do not change while servers run.
    queueCacheIntervalSeconds: HOUR_SECONDS,
    bamIntervalSeconds: HOUR_SECONDS,
    schedule: false,
    // No job here waits for other jobs.
    flowIntervalSeconds: HOUR_SECONDS,
    // Both rely on autovacuum, which the embedded database does not have; it has an upkeep of its own.
    reindex: database.kind === 'postgres',
    monitorVacuum: database.kind === 'postgres',
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  boss.on('error', (error) => logger.warn({ err: error }, 'the work queue had an error'));
  boss.on('warning', ({ message, data }) => logger.warn({ data }, message));
  await boss.start();
  const settings = {
    retryLimit: RETRY_LIMIT,
    expireInSeconds,
    retentionSeconds: KEPT_SECONDS,
    deleteAfterSeconds: HOUR_SECONDS,
  };
  const there = await boss.getQueues(Object.values(queues));
  for (const name of Object.values(queues)) {
    const known = there.find((queue) => queue.name === name);
    // The settings were read at the start, and are as they should be.
    if (known !== undefined && isDeepStrictEqual({ ...known, ...settings }, known)) continue;
    // `exclusive`: one job for each key, waiting or fetched.
    await boss.createQueue(name, { policy: 'exclusive', ...settings });
    // An existing queue would otherwise keep the settings of an older version.
    await boss.updateQueue(name, settings);
    // pg-boss reads a queue's settings when it first needs them. Inside a transaction that would be too late.
    await boss.touch(name, randomUUID());
  }

  const supervisor = superviseQueue({
    isAnyFetched: async () => (await runSql(database.pool, FETCHED)).length > 0,
    supervise: async () => await boss.supervise(),
    onRedelivery,
    onError: (error) => logger.warn({ err: error }, 'the work queue could not be supervised'),
    expireInSeconds,
    everySeconds: superviseIntervalSeconds,
  });

  return {
    async enqueue(tx, queueName, data, { priority, singletonKey = randomUUID(), notBefore }) {
      return await boss.send(queueName, data, {
        priority,
        singletonKey,
        ...(notBefore && { startAfter: notBefore }),
        db: within(tx),
      });
    },
    async fetch<Data extends object>(queueName: string, tx?: Tx) {
      const [job] = await boss.fetch<Data>(queueName, {
        includeMetadata: true,
        ...(tx && { db: within(tx) }),
      });
      return job ? { id: job.id, queueName, data: job.data, retryCount: job.retryCount } : null;
    },
    async complete(tx, { queueName, id, retryCount }) {
      return changedOne(await boss.complete(queueName, { id, retryCount }, null, { db: within(tx) }));
    },
    async fail(tx, { queueName, id, retryCount }, reason) {
      return changedOne(await boss.fail(queueName, { id, retryCount }, { reason }, { db: within(tx) }));
    },
    async close() {
      await supervisor.stop();
      await boss.stop({ close: false });
    },
  };
}

const within = (tx: Tx): Db => fromKysely(tx);

/** The declared type of the response lacks its number of changed jobs. */
const changedOne = (response: object): boolean => 'affected' in response && response.affected === 1;
