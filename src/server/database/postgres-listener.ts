import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface Subscription {
  close(): void;
}

export interface PostgresListener {
  /** Resolves when the server sends the channel's messages here. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<Subscription>;
  onGap(onGap: () => void): Subscription;
  close(): Promise<void>;
}

export interface PostgresListenerOptions {
  databaseUrl: string;
  /** Called each time the connection breaks or cannot be opened; the listener keeps trying. */
  onError: (error: Error) => void;
}

interface Connection {
  listen(channel: string): Promise<void>;
  /** Resolves when the connection has ended, for any reason. */
  ended: Promise<void>;
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
/** A regular query detects a connection that died silently. */
const CHECK_EVERY_MS = 15_000;
const TIMEOUT_MS = 10_000;

/**
 * Listens on a connection of its own, opened at the first {@link PostgresListener.listen}. When it breaks it is opened
 * again, every channel is listened to again, and then the listeners are told that they may have missed messages.
 */
export function createPostgresListener({ databaseUrl, onError }: PostgresListenerOptions): PostgresListener {
  const payloads = new EventEmitter().setMaxListeners(0);
  const events = new EventEmitter().setMaxListeners(0);
  const channels = new Set<string>();
  const closing = new AbortController();
  let current: Connection | null = null;
  let running: Promise<void> | null = null;

  async function keepConnected(): Promise<void> {
    let delayMs = FIRST_RETRY_MS;
    let connectedBefore = false;
    while (!closing.signal.aborted) {
      try {
        current = await openConnection(databaseUrl, [...channels], (channel, payload) =>
          payloads.emit(channel, payload),
        );
        delayMs = FIRST_RETRY_MS;
        events.emit('connected');
        if (connectedBefore) events.emit('gap');
        connectedBefore = true;
        if (closing.signal.aborted) await current.close();
        await current.ended;
        if (!closing.signal.aborted) onError(new Error('the connection for notifications broke'));
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
      current = null;
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => {});
      delayMs = Math.min(delayMs * 2, LAST_RETRY_MS);
    }
  }

  /** A connection that breaks meanwhile is replaced by one that listens to the channel. */
  async function listenTo(channel: string): Promise<void> {
    channels.add(channel);
    running ??= keepConnected();
    const isListening = await current?.listen(channel).then(
      () => true,
      () => false,
    );
    if (isListening) return;
    await once(events, 'connected', { signal: closing.signal });
    await listenTo(channel);
  }

  return {
    async listen(channel, onPayload) {
      payloads.on(channel, onPayload);
      await listenTo(channel);
      return { close: () => void payloads.off(channel, onPayload) };
    },
    onGap(onGap) {
      events.on('gap', onGap);
      return { close: () => void events.off('gap', onGap) };
    },
    async close() {
      closing.abort();
      await current?.close();
      await running;
    },
  };
}

async function openConnection(
  databaseUrl: string,
  channels: string[],
  onMessage: (channel: string, payload: string) => void,
): Promise<Connection> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'runwright notifications',
    keepAlive: true,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  // The `end` event that follows reports the same; an error without a listener would end the process.
  client.on('error', () => {});
  client.on('notification', ({ channel, payload }) => onMessage(channel, payload ?? ''));

  let last: Promise<unknown> = Promise.resolve();
  const ask = (query: string): Promise<unknown> => {
    last = last.then(() => client.query(query));
    return last;
  };

  try {
    await client.connect();
    for (const channel of channels) await ask(`listen ${channel}`);
  } catch (error) {
    await client.end();
    throw error;
  }
  const check = setInterval(() => {
    ask('select 1').catch(() => client.end());
  }, CHECK_EVERY_MS);
  void ended.then(() => clearInterval(check));

  return {
    listen: async (channel) => void (await ask(`listen ${channel}`)),
    ended,
    close: () => client.end(),
  };
}
