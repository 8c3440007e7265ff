import type { RunningCommand } from '../sandbox/sandbox.ts';
import type { StepFailure } from '../step-failure.ts';

/**
 * The reason to end a step early; `lost`, `killed` and `limit` (it held more than it may) end it at once, the others
 * let terraform finish what it holds.
 */
export type StopReason = 'interrupted' | 'overdue' | 'killed' | 'lost' | 'limit';

/** Passes requests from outside to the command that runs now, and remembers them for later commands. */
export interface StepControl {
  /** The first reason that came; `killed` and `lost` replace a gentler one. */
  reason(): StopReason | undefined;
  /** Sends one SIGINT for the whole step, however often it is called. */
  interrupt(reason: 'interrupted' | 'overdue'): void;
  kill(reason: 'killed' | 'lost' | 'limit'): void;
  /** Kills a step that holds more than it may. */
  exceed(failure: StepFailure): void;
  /** The failure that {@link exceed} was called with. */
  exceeded(): StepFailure | undefined;
  /** Resolves when the command that runs now is gone; at once when there is none. */
  ended(): Promise<unknown>;
  /** `beforeKill` may take a moment to save state that a kill would lose. */
  attach(command: RunningCommand, beforeKill?: () => Promise<void>): void;
  detach(): void;
}

export function createStepControl(): StepControl {
  let reason: StopReason | undefined;
  let current: { command: RunningCommand; beforeKill?: () => Promise<void> } | undefined;

  let failure: StepFailure | undefined;

  function kill(why: 'killed' | 'lost' | 'limit'): void {
    if (reason === 'killed' || reason === 'lost' || reason === 'limit') return;
    reason = why;
    if (!current) return;
    const { command, beforeKill } = current;
    if (!beforeKill) return command.kill();
    beforeKill().then(command.kill, command.kill);
  }

  return {
    reason: () => reason,
    interrupt(why) {
      if (reason !== undefined) return;
      reason = why;
      current?.command.interrupt().catch(() => current?.command.kill());
    },
    kill,
    exceed(why) {
      failure ??= why;
      kill('limit');
    },
    exceeded: () => failure,
    ended: () => current?.command.exited.catch(() => undefined) ?? Promise.resolve(),
    attach(command, beforeKill) {
      current = { command, beforeKill };
    },
    detach() {
      current = undefined;
    },
  };
}
