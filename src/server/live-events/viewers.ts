import { findAgain } from '../access/authenticate.ts';
import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';

/** A viewer who has lost a right, a token or a session sees nothing more after this long. */
export const CHECK_MS = 5_000;
const MAX_STREAMS_OF_ONE = 40;
const MAX_STREAMS = 4_000;

/** The caller of streams, whose rights are read again regularly: one entry for all streams of a caller. */
export interface Viewer {
  /**
   * The caller with the rights of now, or of at most `maxAgeMs` ago; undefined when the token or the session has ended.
   */
  caller(maxAgeMs?: number): Promise<Caller | undefined>;
  release(): void;
}

interface Known {
  streams: number;
  askedAt: number;
  answer: Promise<Caller | undefined>;
}

export function createViewers(platform: Platform): { admit(caller: Caller): Viewer } {
  const known = new Map<string, Known>();
  let streams = 0;
  return {
    /** @throws 429 */
    admit(caller) {
      const { tokenId } = caller;
      const entry = known.get(tokenId) ?? {
        streams: 0,
        askedAt: Date.now(),
        answer: Promise.resolve(caller),
      };
      if (entry.streams >= MAX_STREAMS_OF_ONE) {
        refuse('too_many_requests', `More than ${MAX_STREAMS_OF_ONE} streams are open: close some of them.`);
      }
      if (streams >= MAX_STREAMS) refuse('too_many_requests', 'Too many streams are open.');
      entry.streams += 1;
      streams += 1;
      known.set(tokenId, entry);
      let isReleased = false;
      return {
        async caller(maxAgeMs = CHECK_MS) {
          if (Date.now() - entry.askedAt > maxAgeMs) {
            entry.askedAt = Date.now();
            entry.answer = findAgain(platform, caller);
          }
          return await entry.answer;
        },
        release() {
          if (isReleased) return;
          isReleased = true;
          entry.streams -= 1;
          streams -= 1;
          if (entry.streams === 0) known.delete(tokenId);
        },
      };
    },
  };
}
