import { countedAddress } from '../http/client-address.ts';
import { refuse } from '../http/refusal.ts';

const WINDOW_MS = 15 * 60_000;
/** Wrong passwords within the window. `pair`: one account from one address, as of a person who forgot a password. */
const LIMITS = { pair: 8, account: 60, address: 60, noAccount: 300 } as const;
/** The limit of memory, whoever guesses: beyond it, the oldest counts are forgotten. */
const MAX_KEYS = 20_000;

interface Count {
  since: number;
  wrong: number;
}

/**
 * Counts wrong passwords by account, by address, and by both: at the limit, calls are refused before any comparison. An
 * account that is guessed at from everywhere is refused too; the holder of a user's token can still sign in with that.
 */
export interface Guesses {
  /**
   * Call it before a comparison. An empty account stands for tokens and codes, which cannot be guessed: they count
   * apart, so that guesses at passwords lock no token out. An attempt counts as wrong until {@link Guesses.right}.
   *
   * @throws 429
   */
  begin(account: string, address: string): void;
  right(account: string, address: string): void;
}

export function createGuesses(now: () => number = Date.now): Guesses {
  const counts = new Map<string, Count>();
  const keysOf = (account: string, from: string): readonly (readonly [string, number])[] => {
    const address = countedAddress(from);
    if (account === '') return [[`no account ${address}`, LIMITS.noAccount]];
    return [
      [`pair ${account} ${address}`, LIMITS.pair],
      [`account ${account}`, LIMITS.account],
      [`address ${address}`, LIMITS.address],
    ];
  };
  const read = (key: string): Count => {
    const count = counts.get(key);
    return count !== undefined && now() - count.since < WINDOW_MS ? count : { since: now(), wrong: 0 };
  };
  return {
    begin(account, address) {
      const keys = keysOf(account, address);
      for (const [key, limit] of keys) {
        if (read(key).wrong < limit) continue;
        const minutes = Math.ceil((read(key).since + WINDOW_MS - now()) / 60_000);
        refuse('too_many_requests', `Too many wrong passwords. Try again in ${minutes} minutes.`);
      }
      for (const [key] of keys) {
        const { since, wrong } = read(key);
        counts.delete(key);
        counts.set(key, { since, wrong: wrong + 1 });
      }
      for (const key of counts.keys()) {
        if (counts.size <= MAX_KEYS) break;
        counts.delete(key);
      }
    },
    right(account, address) {
      for (const [key, limit] of keysOf(account, address)) {
        const count = counts.get(key);
        if (limit === LIMITS.pair) counts.delete(key);
        else if (count !== undefined) count.wrong = Math.max(0, count.wrong - 1);
      }
    },
  };
}
