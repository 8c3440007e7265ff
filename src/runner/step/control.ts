import type { RunningCommand } from '../sandbox/sandbox.ts';

/** Why a step is to end early; `lost` and `killed` are at once, the others let terraform finish what it holds. */
export type StopReason = 'interrupted' | 'overdue' | 'killed' | 'lost';

/** Passes the outside's wishes to whatever command runs just now, and remembers them for those to come. */
export interface StepControl {
  /** The first reason that came; `killed` and `lost` replace a gentler one. */
  reason(): StopReason | undefined;
  /** One SIGINT for all of the step, however often it is called. */
  interrupt(reason: 'interrupted' | 'overdue'): void;
  kill(reason: 'killed' | 'lost'): void;
  /** `beforeKill` may take a moment to save what a kill would lose. */
  attach(command: RunningCommand, beforeKill?: () => Promise<void>): void;
  detach(): void;
}

export function createStepControl(): StepControl {
  let reason: StopReason | undefined;
  let current: { command: RunningCommand; beforeKill?: () => Promise<void> } | undefined;

  return {
    reason: () => reason,
    interrupt(why) {
      if (reason !== undefined) return;
      reason = why;
      current?.command.interrupt().catch(() => current?.command.kill());
    },
    kill(why) {
      if (reason === 'killed' || reason === 'lost') return;
      reason = why;
      if (!current) return;
      const { command, beforeKill } = current;
      if (!beforeKill) return command.kill();
      beforeKill().then(command.kill, command.kill);
    },
    attach(command, beforeKill) {
      current = { command, beforeKill };
    },
    detach() {
      current = undefined;
    },
  };
}
