import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../protocol/agent.ts';
import { ServerRefused } from './protocol/errors.ts';
import { backoffMs } from './protocol/retry.ts';
import type { AgentContext } from './step/step-context.ts';

const CLAIM_WAIT_MS = 25_000;

/** Runs the given acts one after the other. */
type Turn = <T>(act: () => Promise<T>) => Promise<T>;

export function oneAtATime(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return async (act) => {
    const next = last.then(act);
    last = next.catch(() => undefined);
    return await next;
  };
}

/**
 * One slot: claims a step, waits until it is executed, and claims the next, until `stopped`. Calls to a server that
 * is away are repeated without end. Errors: when the server refuses the token.
 *
 * @param turn shared by the slots of a runner: one free slot waits at the server, the others wait for their turn
 */
export async function claimSteps(
  runner: AgentContext,
  stopped: AbortSignal,
  execute: (step: Step) => Promise<void>,
  turn: Turn,
): Promise<void> {
  let failures = 0;
  while (!stopped.aborted) {
    let step: Step | undefined;
    try {
      step = await turn(async () => {
        if (stopped.aborted) return undefined;
        return await runner.client.claim(runner.settings.name, CLAIM_WAIT_MS, stopped);
      });
      failures = 0;
    } catch (error) {
      if (stopped.aborted) return;
      if (error instanceof ServerRefused && (error.status === 401 || error.status === 403)) {
        throw new Error(`The server ${runner.settings.url} refuses the agent token.`, { cause: error });
      }
      if (failures === 0) runner.log('warn', 'cannot claim work; trying on', { error: String(error) });
      await sleep(backoffMs(failures++, 500, 15_000), undefined, { signal: stopped }).catch(() => undefined);
    }
    if (step) await execute(step);
  }
}
