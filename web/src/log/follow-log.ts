import { ApiError } from '@runwright/client';
import { client } from '../session/client.ts';
import type { LogStore } from './log-store.ts';

const PIECE_BYTES = 2 * 1024 * 1024;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
const EMPTY_WAIT_MS = 100;

/**
 * Reads a log to its end, however long that takes. The server holds each request open until there is more. After a lost
 * connection it goes on at the byte where it was, so that none is missing and none comes twice.
 *
 * @param isOver whether the phase has ended: then a log without an end mark ends as well
 */
export async function followLog(
  url: string,
  store: LogStore,
  isOver: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!store.isComplete && !signal.aborted) {
    try {
      const before = store.offset;
      const chunk = await client.readLog(url, { offset: before, limit: PIECE_BYTES, signal });
      waitMs = FIRST_WAIT_MS;
      if (chunk.nextOffset !== before) store.append(chunk.bytes, chunk.nextOffset, chunk.complete);
      else if (isOver()) store.end();
      else await pause(EMPTY_WAIT_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (
        error instanceof ApiError &&
        !['unreachable', 'timeout', 'upstream_error', 'rate_limited'].includes(error.code)
      ) {
        throw error;
      }
      store.lost();
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
