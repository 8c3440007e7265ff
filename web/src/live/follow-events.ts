import type { OpenAnswer } from '@runwright/client';
import type { EventSourceMessage } from 'eventsource-parser';
import { mayPass } from '../session/may-pass.ts';
import { pause } from './pause.ts';
import { serverEvents } from './server-events.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

export interface Followed {
  /** Asked for each connection: where to go on from is part of its address. */
  open: (signal: AbortSignal) => Promise<OpenAnswer>;
  /** @returns `enough` when nothing more is to be read */
  take: (event: EventSourceMessage) => 'enough' | undefined;
  /** With what comes between, it is told whether events arrive. */
  tell?: (isOpen: boolean) => void;
  /** Does each connection's work for as long as somebody looks. */
  while?: (signal: AbortSignal, work: (signal: AbortSignal) => Promise<boolean>) => Promise<boolean>;
  firstWaitMs?: number;
}

/**
 * Reads events until there are enough, over as many connections as it takes. After a lost one it goes on from the last
 * event that came whole.
 *
 * @throws ApiError what another attempt would not change: nobody is signed in, or there is nothing to see
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
    // Not all of those whom a restart cut off come back in the same moment.
    await pause(waitMs * (0.5 + Math.random() / 2), signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}
