import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import type { Notification } from './message.ts';
import { sendNotification, type Configuration } from './send.ts';

/** The pauses after each failed attempt, the first included. After the last one the delivery has failed for good. */
const RETRY_AFTER_MS = [1_000, 15_000, 60_000, 300_000, 900_000];
/** No attempt takes this long: a delivery that is not ended by then was taken by a server that is gone. */
const HELD_MS = 90_000;
const AT_ONCE = 8;
/** How often to look for deliveries of other servers; deliveries that are written or due here wake by themselves. */
const LOOK_EVERY_MS = 60_000;
/** The pause after an error. */
const AGAIN_MS = 5_000;
const KEEP_DAYS = 7;
const CLEAN_EVERY_MS = 60 * 60 * 1_000;

export interface DeliveryLoop {
  /** Resolves when the current attempts have ended; the rest stays for the next server. */
  stop(): Promise<void>;
}

/**
 * Delivers the notifications of runs: those of one run to one receiver in order, each only when the one before it was
 * delivered or has failed for good. Safe with many servers; a killed one's deliveries are sent again, with the same id.
 */
export function startDeliveries(platform: Platform): DeliveryLoop {
  const stopping = new AbortController();
  const sending = new Set<Promise<void>>();
  let cleanedAtMs = 0;

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const enough = new AbortController();
      const signal = AbortSignal.any([stopping.signal, enough.signal]);
      // The wait begins before the query, so that no delivery written in between is missed.
      const news = platform.wakeUps.wait(topics.notifications, LOOK_EVERY_MS, signal);
      let pauseMs = AGAIN_MS;
      try {
        const delivery = sending.size < AT_ONCE ? await take(platform) : undefined;
        if (delivery !== undefined) {
          const sent: Promise<void> = deliver(platform, delivery)
            .catch((error: unknown) => platform.log.error({ err: error }, 'a notification was not delivered'))
            .finally(() => {
              sending.delete(sent);
              // The next delivery of the same run may be due.
              platform.wakeUps.wake(topics.notifications);
            });
          sending.add(sent);
          enough.abort();
          continue;
        }
        if (Date.now() - cleanedAtMs > CLEAN_EVERY_MS) {
          cleanedAtMs = Date.now();
          await removeOld(platform);
        }
        pauseMs = await msUntilDue(platform);
      } catch (error) {
        platform.log.error({ err: error }, 'notifications could not be looked for');
      }
      await Promise.race([news, sleep(pauseMs, undefined, { signal }).catch(() => {})]);
      enough.abort();
    }
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      await looping;
      await Promise.all(sending);
    },
  };
}

type Delivery = Row<'notification_delivery'>;

/** Takes the oldest due delivery, if any; it becomes due again by itself unless it is ended. */
async function take({ db }: Platform): Promise<Delivery | undefined> {
  const due = await db
    .selectFrom('notification_delivery')
    .select('id')
    .where('status', '=', 'waiting')
    .where('next_attempt_at', '<=', sql<Date>`now()`)
    .limit(1)
    .executeTakeFirst();
  if (due === undefined) return undefined;
  return await transact(db, async (tx) => {
    const next = await tx
      .selectFrom('notification_delivery as d')
      .select('d.id')
      .where('d.status', '=', 'waiting')
      .where('d.next_attempt_at', '<=', sql<Date>`now()`)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('notification_delivery as before')
              .select('before.id')
              .whereRef('before.configuration_id', '=', 'd.configuration_id')
              .whereRef('before.run_id', '=', 'd.run_id')
              .whereRef('before.sequence', '<', 'd.sequence')
              .where('before.status', '=', 'waiting'),
          ),
        ),
      )
      .orderBy('d.sequence')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (next === undefined) return undefined;
    return await tx
      .updateTable('notification_delivery')
      .set((set) => ({
        attempts: set('attempts', '+', 1),
        next_attempt_at: sql<Date>`now() + ${HELD_MS} * interval '1 millisecond'`,
      }))
      .where('id', '=', next.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** The time until the next attempt is due, limited so that deliveries of other servers are found. */
async function msUntilDue({ db }: Platform): Promise<number> {
  const { dueMs } = await db
    .selectFrom('notification_delivery')
    .select(
      sql<number | null>`ceil(extract(epoch from min(next_attempt_at) - now()) * 1000)::float8`.as('dueMs'),
    )
    .where('status', '=', 'waiting')
    .where('next_attempt_at', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow();
  return Math.min(dueMs ?? LOOK_EVERY_MS, LOOK_EVERY_MS);
}

async function deliver(platform: Platform, delivery: Delivery): Promise<void> {
  const found = await read(platform, delivery);
  if (found === undefined) return await end(platform, delivery, { status: 'dropped' });
  const sent = await sendNotification(platform, found.configuration, found.notification);
  const delayMs = RETRY_AFTER_MS[delivery.attempts - 1];
  const response = JSON.stringify(sent.response);
  if (sent.successful) return await end(platform, delivery, { status: 'delivered', response });
  if (!sent.mayRetry || delayMs === undefined) {
    return await end(platform, delivery, { status: 'failed', response });
  }
  await end(platform, delivery, { response, next_attempt_at: new Date(Date.now() + delayMs) });
  setTimeout(() => platform.wakeUps.wake(topics.notifications), delayMs + 50).unref();
}

/** Only the server that last took the delivery may record the result. */
async function end(
  { db }: Platform,
  { id, attempts }: Delivery,
  columns: { status?: 'delivered' | 'failed' | 'dropped'; response?: string; next_attempt_at?: Date },
): Promise<void> {
  await db
    .updateTable('notification_delivery')
    .set(columns)
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'waiting')
    .execute();
}

/** @returns undefined when the configuration was disabled or deleted since */
async function read(
  { db, publicUrl }: Platform,
  delivery: Delivery,
): Promise<{ configuration: Configuration; notification: Notification } | undefined> {
  const configuration = await db
    .selectFrom('notification_configuration')
    .selectAll()
    .where('id', '=', delivery.configuration_id)
    .where('enabled', '=', true)
    .executeTakeFirst();
  const run = await db
    .selectFrom('run')
    .innerJoin('workspace', 'workspace.id', 'run.workspace_id')
    .innerJoin('organization', 'organization.id', 'workspace.organization_id')
    .leftJoin('users as creator', 'creator.id', 'run.created_by')
    .leftJoin('users as actor', (join) => join.on('actor.id', '=', delivery.actor_id ?? ''))
    .select(['run.id', 'run.message', 'run.created_at', 'workspace.id as workspace_id'])
    .select(['workspace.name as workspace_name', 'organization.name as organization_name'])
    .select(['creator.username as creator_name', 'actor.username as actor_name'])
    .where('run.id', '=', delivery.run_id)
    .executeTakeFirst();
  if (configuration === undefined || run === undefined) return undefined;
  const { organization_name: organizationName, workspace_name: workspaceName } = run;
  return {
    configuration,
    notification: {
      deliveryId: delivery.id,
      configurationId: configuration.id,
      trigger: delivery.trigger,
      runStatus: delivery.run_status,
      updatedAt: delivery.created_at,
      updatedBy: run.actor_name,
      run: {
        url: `${publicUrl}/app/${organizationName}/workspaces/${workspaceName}/runs/${run.id}`,
        id: run.id,
        message: run.message,
        createdAt: run.created_at,
        createdBy: run.creator_name,
        workspaceId: run.workspace_id,
        workspaceName,
        organizationName,
      },
    },
  };
}

async function removeOld({ db }: Platform): Promise<void> {
  await sql`delete from notification_delivery
    where status <> 'waiting' and created_at < now() - ${KEEP_DAYS} * interval '1 day'`.execute(db);
}
