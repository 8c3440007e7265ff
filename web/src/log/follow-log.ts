import type { Client } from '@runwright/client';
import { followEvents } from '../live/follow-events.ts';
import { whenVisible, whileVisible } from '../live/while-visible.ts';
import { pause } from '../live/pause.ts';
import { client } from '../session/client.ts';
import { mayPass } from '../session/may-pass.ts';
import type { LogStore } from './log-store.ts';

const PIECE_BYTES = 2 * 1024 * 1024;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** The API counts one mark before the first byte of a stored log. */
const MARK_BYTES = 1;

export interface LogOfPhase {
  kind: 'plan' | 'apply';
  id: string;
  /** The address at which a finished log is read in large pieces. */
  url: string;
}

/**
 * Reads a log to its end, however long that takes: a finished log in large pieces, a growing one as it is written.
 * After a lost connection it continues at the last byte, so that no byte is missing or comes twice.
 */
export async function followLog(
  log: LogOfPhase,
  store: LogStore,
  isOver: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (isOver) await readPieces(log.url, store, signal);
  else await followGrowing(client[log.kind === 'plan' ? 'plans' : 'applies'], log.id, store, signal);
}

async function followGrowing(
  phases: Pick<Client['plans'], 'openLogStream'>,
  id: string,
  store: LogStore,
  signal: AbortSignal,
): Promise<void> {
  await followEvents(
    {
      open: (connected) => phases.openLogStream(id, { offset: store.offset, signal: connected }),
      async while(given, work) {
        await whenVisible(given);
        return await whileVisible(given, work);
      },
      tell: (isOpen) => (isOpen ? undefined : store.lost()),
      take({ id: next = '', event, data }) {
        if (event === 'log') store.appendText((JSON.parse(data) as { text: string }).text, Number(next));
        if (event !== 'end') return undefined;
        store.end();
        return 'enough';
      },
    },
    signal,
  );
}

async function readPieces(url: string, store: LogStore, signal: AbortSignal): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!store.isComplete && !signal.aborted) {
    try {
      const from = store.offset === 0 ? 0 : store.offset + MARK_BYTES;
      const { bytes, nextOffset, complete } = await client.readLog(url, {
        offset: from,
        limit: PIECE_BYTES,
        signal,
      });
      waitMs = FIRST_WAIT_MS;
      if (complete || nextOffset !== from)
        store.append(bytes, Math.max(0, nextOffset - MARK_BYTES), complete);
      // The log has no end mark: the phase never ran.
      else store.end();
    } catch (error) {
      if (signal.aborted) return;
      if (!mayPass(error)) throw error;
      store.lost();
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  }
}
