import type { OpenAnswer } from '@runwright/client';
import type { EventSourceMessage } from 'eventsource-parser';
import { mayPass } from '../session/may-pass.ts';
import { pause } from './pause.ts';
import { serverEvents } from './server-events.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

export interface Followed {
  /** Called for each connection: its address says where to continue. */
  open: (signal: AbortSignal) => Promise<OpenAnswer>;
  /** @returns `enough` when no further event is needed */
  take: (event: EventSourceMessage) => 'enough' | undefined;
  /** Called with whether events arrive. */
  tell?: (isOpen: boolean) => void;
  /** Runs the work of each connection while the page is visible. */
  while?: (signal: AbortSignal, work: (signal: AbortSignal) => Promise<boolean>) => Promise<boolean>;
  firstWaitMs?: number;
}

/**
 * Reads events until there are enough, over as many connections as needed. After a lost connection it continues from
 * the last complete event.
 *
 * @throws ApiError an error that a retry would not change: nobody is signed in, or there is nothing to see
 */
export async function followEvents(followed: Followed, signal: AbortSignal): Promise<void> {
  const { open, take, tell, firstWaitMs = FIRST_WAIT_MS } = followed;
  const within = followed.while ?? ((given, work) => work(given));
  let waitMs = firstWaitMs;
  const readOnce = async (connected: AbortSignal): Promise<boolean> => {
    for await (const event of serverEvents(await open(connected))) {
      if (signal.aborted) return true;
      waitMs = firstWaitMs;
      tell?.(true);
      if (take(event) === 'enough') return true;
    }
    return false;
  };
  while (!signal.aborted) {
    try {
      if (await within(signal, readOnce)) return;
    } catch (error) {
      if (!signal.aborted && !mayPass(error)) throw error;
    }
    if (signal.aborted) return;
    tell?.(false);
    // Clients that a restart disconnected should not all return at the same moment.
    await pause(waitMs * (0.5 + Math.random() / 2), signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}
