import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient, StepKey } from '../protocol/agent-client.ts';
import { ServerRefused } from '../protocol/errors.ts';
import { retry } from '../protocol/retry.ts';
import { LeftFileTooLarge } from '../sandbox/left-file.ts';
import { pickNewest, type StateSnapshot } from './state-file.ts';
import { findStates, sha256, type FoundStates, type StateLocations } from './state-locations.ts';

const LOOK_EVERY_MS = 500;
/** Sequence of the last state of a step: it replaces every earlier one. */
export const LAST_STATE = Number.MAX_SAFE_INTEGER;
/** At most one state in flight, and a pause after each: about one upload a second. */
const UPLOAD_GAP_MS = 500;

export interface StateDelivery {
  /** Uploads the last state unless the server has it, even after a killed terraform. Errors as {@link retry}. */
  finish(): Promise<void>;
}

export interface DeliveryOptions {
  /** Digests of the files that were there before, including the server's own state: they are not sent. */
  known: readonly string[];
  /** How long the final delivery waits for a server that is away. */
  forMs: number;
}

/**
 * Looks for new states during an apply and uploads each. It polls the files instead of watching them: terraform
 * rewrites them in place, so only a whole state counts, not an event.
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
  /** The state that the server refused, and why: it would refuse it again. */
  let refused: { digest: string; error: ServerRefused } | undefined;
  /** The last whole state: the file may be cut off during a rewrite. */
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
      // A failure here is not final: the final delivery tries again.
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
      // Unreadable files may hold the apply's last changes: the server keeps them.
      for (const bytes of unreadable) await deliver(bytes, options.forMs);
      // Beside a whole state, a file of that size comes from the run: terraform writes none so large.
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
