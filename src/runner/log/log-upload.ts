import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient, StepKey } from '../protocol/agent-client.ts';
import { retry } from '../protocol/retry.ts';
import type { StepLog } from './step-log.ts';

const MAX_CHUNK_BYTES = 1024 ** 2;
/** Pause between two uploads while the log grows: near-live for a reader, bounded work for the server. */
const MIN_GAP_MS = 100;

/**
 * Sends the log as it grows, one call at a time. The promise resolves when the server has all of the ended log; it
 * fails as {@link retry} does.
 */
export async function uploadLog(
  client: AgentClient,
  step: StepKey,
  log: StepLog,
  forMs: number,
): Promise<void> {
  let wake = () => {};
  log.onChange(() => wake());
  let offset = 0;
  for (;;) {
    const bytes = log.readAt(offset, MAX_CHUNK_BYTES);
    if (bytes.length > 0) {
      const at = offset;
      const atServer = await retry(() => client.writeLog(step, at, bytes), { forMs });
      // The server has less than was sent, or a part of an earlier attempt: continue where it is.
      offset = Math.min(atServer, log.lengthBytes());
      if (!log.isEnded()) await sleepUnlessEnded();
    } else if (log.isEnded()) {
      return;
    } else {
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  async function sleepUnlessEnded(): Promise<void> {
    const ended = new AbortController();
    wake = () => log.isEnded() && ended.abort();
    await sleep(MIN_GAP_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    wake = () => {};
  }
}
