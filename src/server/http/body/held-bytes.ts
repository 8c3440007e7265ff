import { refuse } from '../refusal.ts';

const MIB = 1024 * 1024;
/** Room for two of the largest documents of one caller; the server has room for three such callers. */
const MAX_OF_CALLER = 128 * MIB;
const MAX_OF_ALL = 384 * MIB;

/** The bytes of one request's body that are in memory until it is answered. */
export interface Hold {
  /** @throws 429 when its sender, or all senders together, would hold more than allowed */
  add(bytes: number): void;
  release(): void;
}

/** Counts the bytes of bodies in memory, by caller: one that begins many requests and ends none must not fill it. */
export interface HeldBytes {
  hold(caller: string): Hold;
}

export function createHeldBytes(maxOfCaller = MAX_OF_CALLER, maxOfAll = MAX_OF_ALL): HeldBytes {
  const byCaller = new Map<string, number>();
  let ofAll = 0;
  return {
    hold(caller) {
      let own = 0;
      return {
        add(bytes) {
          const ofCaller = (byCaller.get(caller) ?? 0) + bytes;
          if (ofCaller > maxOfCaller) {
            refuse(
              'too_many_requests',
              `Your requests that have not been answered hold more than ${Math.round(maxOfCaller / MIB)} MiB: send them one after the other.`,
            );
          }
          if (ofAll + bytes > maxOfAll) {
            refuse(
              'too_many_requests',
              'All requests together hold as much as this server keeps in memory: try again later.',
            );
          }
          own += bytes;
          ofAll += bytes;
          byCaller.set(caller, ofCaller);
        },
        release() {
          const left = (byCaller.get(caller) ?? 0) - own;
          if (left > 0) byCaller.set(caller, left);
          else byCaller.delete(caller);
          ofAll -= own;
          own = 0;
        },
      };
    },
  };
}
