/** Many viewers of one run, like browsers: each has a stream of its events and one of its log. */
import type { Client } from '@runwright/client';

const STREAMS_OF_ONE = 40;

export interface Viewers {
  /** Received bytes of all viewers together. */
  readonly bytes: () => number;
  close(): void;
}

/** @param paths below the server's address, one stream for each viewer and path */
export async function openViewers(
  client: Client,
  url: string,
  paths: readonly string[],
  count: number,
): Promise<Viewers> {
  const { id: userId } = await client.account.details();
  const stop = new AbortController();
  let bytes = 0;
  let token = '';
  let left = 0;
  const readings: Promise<void>[] = [];
  for (let viewer = 0; viewer < count; viewer += 1) {
    for (const path of paths) {
      if (left === 0) {
        const made = await client.tokens.ofUser.create(userId, { description: 'viewers of a measurement' });
        token = made.attributes.token ?? '';
        left = STREAMS_OF_ONE;
      }
      left -= 1;
      const answer = await fetch(`${url}${path}`, {
        headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
        signal: stop.signal,
      });
      if (answer.status !== 200 || answer.body === null) throw new Error(`${path}: ${String(answer.status)}`);
      const { body } = answer;
      readings.push(
        (async () => {
          for await (const chunk of body) bytes += chunk.length;
        })().catch((error: unknown) => {
          if (!stop.signal.aborted) throw error;
        }),
      );
    }
  }
  return { bytes: () => bytes, close: () => stop.abort() };
}
