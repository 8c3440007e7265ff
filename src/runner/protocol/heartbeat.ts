import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient, StepKey } from './agent-client.ts';
import { LeaseLost } from './errors.ts';
import { backoffMs } from './retry.ts';

export interface HeartbeatHandlers {
  onInterrupt(): void;
  onKill(): void;
  onLeaseLost(error: LeaseLost): void;
  /** Called once for each series of failures. */
  onTrouble(error: unknown): void;
}

const WAIT_MS = 10_000;
/** A signal may be repeated in every answer; this keeps the loop from spinning on it. */
const AFTER_SIGNAL_MS = 1_000;

/**
 * Keeps one heartbeat in flight until stopped. An unreachable server changes nothing: the step goes on and the loop
 * keeps trying, because only the server can say that the lease is lost.
 */
export function startHeartbeat(
  client: AgentClient,
  step: StepKey,
  handlers: HeartbeatHandlers,
): () => Promise<void> {
  const stopped = new AbortController();

  async function beat(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      let pauseMs = 0;
      try {
        const signal = await client.heartbeat(step, WAIT_MS, stopped.signal);
        failures = 0;
        if (signal !== 'none') pauseMs = AFTER_SIGNAL_MS;
        if (signal === 'interrupt') handlers.onInterrupt();
        if (signal === 'kill') handlers.onKill();
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (error instanceof LeaseLost) return handlers.onLeaseLost(error);
        if (failures === 0) handlers.onTrouble(error);
        pauseMs = backoffMs(failures++, 250, 2_000);
      }
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }

  const loop = beat();
  return async () => {
    stopped.abort();
    await loop;
  };
}
