import { userIdOf, type Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { topics } from '../live/wake-ups.ts';
import type { EventStream } from './event-stream.ts';
import { CHECK_MS, type Viewer } from './viewers.ts';

const BEAT_MS = 15_000;
/** A caller who was read this recently is not read again: many streams may be woken at once. */
const ASKED_JUST_NOW_MS = 250;

/**
 * Sends beats, and checks regularly whether the reader may continue. Resolves when it may not, or is gone.
 *
 * @param mayGoOn whether the caller may still see the events
 */
export async function watch(
  { wakeUps }: Platform,
  viewer: Viewer,
  stream: EventStream,
  mayGoOn: (caller: Caller) => Promise<boolean>,
): Promise<void> {
  let beatAt = Date.now();
  let caller = await viewer.caller();
  while (caller !== undefined && !stream.gone.aborted && !wakeUps.isClosed()) {
    await wakeUps.wait(topics.person(userIdOf(caller) ?? caller.tokenId), CHECK_MS, stream.gone);
    caller = await viewer.caller(ASKED_JUST_NOW_MS);
    if (caller === undefined || !(await mayGoOn(caller))) return;
    if (Date.now() - beatAt < BEAT_MS) continue;
    stream.beat();
    beatAt = Date.now();
  }
}
