import { EventEmitter } from 'node:events';
import { sql } from 'kysely';
import { afterCommit } from './transact.ts';
import type { Tx } from './transact.ts';
import type { PostgresListener, Subscription } from './postgres-listener.ts';
import type { SqlPool } from './sql-pool.ts';
import { runSql } from './sql-pool.ts';

/**
 * Short messages to every server of this database, this one included. They are hints: one can be lost while a
 * connection is down (see {@link Notifications.onGap}), so a reader looks at the rows, never at the message alone.
 */
export interface Notifications {
  /** Calls `onPayload` for each message of the channel until the subscription is closed. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<Subscription>;
  /** Sends once `tx`, which {@link transact} opened, has committed. */
  notify(tx: Tx, channel: string, payload: string): Promise<void>;
  /** Sends at once. */
  publish(channel: string, payload: string): Promise<void>;
  /** Calls `onGap` after messages may have been lost. */
  onGap(onGap: () => void): Subscription;
  close(): Promise<void>;
}

/** PostgreSQL refuses longer ones. */
const MAX_PAYLOAD_BYTES = 7_999;

function checkMessage(channel: string, payload: string): void {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(channel)) throw new Error(`${channel} is not a name for a channel`);
  const sizeBytes = Buffer.byteLength(payload);
  if (sizeBytes > MAX_PAYLOAD_BYTES) {
    throw new Error(`a notification of ${sizeBytes} bytes is too long: send an id, keep the rest in a row`);
  }
}

/** The embedded database has one server, so messages need not leave the process. */
export function createLocalNotifications(): Notifications {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    async listen(channel, onPayload) {
      checkMessage(channel, '');
      emitter.on(channel, onPayload);
      return { close: () => void emitter.off(channel, onPayload) };
    },
    async notify(tx, channel, payload) {
      checkMessage(channel, payload);
      afterCommit(tx, () => emitter.emit(channel, payload));
    },
    async publish(channel, payload) {
      checkMessage(channel, payload);
      queueMicrotask(() => emitter.emit(channel, payload));
    },
    onGap: () => ({ close() {} }),
    async close() {
      emitter.removeAllListeners();
    },
  };
}

export function createPostgresNotifications(pool: SqlPool, listener: PostgresListener): Notifications {
  return {
    async listen(channel, onPayload) {
      checkMessage(channel, '');
      return await listener.listen(channel, onPayload);
    },
    async notify(tx, channel, payload) {
      checkMessage(channel, payload);
      await sql`select pg_notify(${channel}, ${payload})`.execute(tx);
    },
    async publish(channel, payload) {
      checkMessage(channel, payload);
      await runSql(pool, 'select pg_notify($1, $2)', [channel, payload]);
    },
    onGap: (onGap) => listener.onGap(onGap),
    close: () => listener.close(),
  };
}
