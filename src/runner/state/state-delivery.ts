import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient, StepKey } from '../protocol/agent-client.ts';
import { ServerRefused } from '../protocol/errors.ts';
import { retry } from '../protocol/retry.ts';
import { LeftFileTooLarge } from '../sandbox/left-file.ts';
import { pickNewest, type StateSnapshot } from './state-file.ts';
import { findStates, sha256, type FoundStates, type StateLocations } from './state-locations.ts';

const LOOK_EVERY_MS = 500;
/** The place of a state that nothing of the step can follow, whatever was sent before. */
export const LAST_STATE = Number.MAX_SAFE_INTEGER;
/** At most one state in flight, and a pause after each: about one upload a second. */
const UPLOAD_GAP_MS = 500;

export interface StateDelivery {
  /** Uploads the last state unless the server has it; also what a killed terraform left. Errors as {@link retry}. */
  finish(): Promise<void>;
}

export interface DeliveryOptions {
  /** Digests of the files that were there before, the state of the server among them: they are not sent. */
  known: readonly string[];
  /** How long the final delivery waits for a server that is away. */
  forMs: number;
}

/**
 * Watches the places where a state may appear during an apply and uploads each new one. The files are looked at
 * rather than watched: terraform rewrites them in place, so what counts is a whole state, not an event.
 */
export function startStateDelivery(
  client: AgentClient,
  step: StepKey,
  locations: StateLocations,
  options: DeliveryOptions,
): StateDelivery {
  const stopped = new AbortController();
  let delivered: string | undefined;
  let sequence = 0;
  /** What the server refused, and why: it would refuse it again. */
  let refused: { digest: string; error: ServerRefused } | undefined;
  /** A file cut off while it was rewritten makes this the last good one. */
  let lastWhole: StateSnapshot | undefined;

  async function look(): Promise<FoundStates> {
    const found = await findStates(locations, options.known);
    lastWhole = pickNewest([found.newest, lastWhole]);
    return { ...found, newest: lastWhole };
  }

  async function deliver(bytes: Buffer, forMs: number): Promise<void> {
    const digest = sha256(bytes);
    if (digest === delivered) return;
    if (digest === refused?.digest) throw refused.error;
    sequence += 1;
    try {
      await retry(() => client.putState(step, bytes, sequence), { forMs });
    } catch (error) {
      if (error instanceof ServerRefused) refused = { digest, error };
      throw error;
    }
    delivered = digest;
  }

  async function follow(): Promise<void> {
    let seen = '';
    while (!stopped.signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) continue;
      const now = await fingerprint(locations);
      if (now === seen) continue;
      // A failure here is not the end: the final delivery insists.
      const wasDelivered = await look()
        .then(async ({ newest }) => newest && deliver(newest.bytes, 0).then(() => true))
        .catch(() => false);
      if (!wasDelivered) continue;
      seen = now;
      await sleep(UPLOAD_GAP_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }

  const following = follow();
  return {
    async finish() {
      stopped.abort();
      await following;
      const { newest, unreadable, tooLarge } = await look();
      if (newest) await deliver(newest.bytes, options.forMs);
      // Whatever they are, they are all there is of what the apply did last: the server keeps them.
      for (const bytes of unreadable) await deliver(bytes, options.forMs);
      // Beside a whole state it is the run's own doing: terraform makes none of that size.
      if (tooLarge.length > 0 && !newest)
        throw new LeftFileTooLarge('The state is larger than any that is delivered.');
    },
  };
}

async function fingerprint(locations: StateLocations): Promise<string> {
  const files = [locations.local, locations.posted, locations.errored];
  const stats = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return stats.map((each) => (each ? `${each.mtimeMs}:${each.size}` : '-')).join(' ');
}
