import { refuse } from '../http/refusal.ts';

const WINDOW_MS = 15 * 60_000;
/** Wrong passwords within the window. Of one account from one address: a person who tries what it may have been. */
const LIMITS = { pair: 8, account: 60, address: 60, noAccount: 300 } as const;
/** Memory is bounded whoever guesses: when there are more, the oldest are forgotten. */
const MAX_KEYS = 20_000;

interface Count {
  since: number;
  wrong: number;
}

/**
 * Counts wrong passwords by account, by address, and by both: who goes on is refused before anything is compared. An
 * account that is guessed at from everywhere waits too; whoever has a token of its user can still sign in with that.
 */
export interface Guesses {
  /**
   * Before comparing. An empty account stands for what names none: tokens and codes, which nobody guesses, are counted
   * apart, so that those who guess at passwords keep nobody with a token out. It counts as wrong until {@link Guesses.right}: many at once are no way around.
   *
   * @throws 429
   */
  begin(account: string, address: string): void;
  right(account: string, address: string): void;
}

export function createGuesses(now: () => number = Date.now): Guesses {
  const counts = new Map<string, Count>();
  const keysOf = (account: string, address: string): readonly (readonly [string, number])[] => {
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
