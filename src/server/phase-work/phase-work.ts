import type { Platform } from '../context.ts';
import type { Run, Tx } from '../runs/transitions.ts';

/** How a phase has ended, and what is to be kept of it. */
export interface PhaseEnd {
  /** `held`: failed in a way that a person may override. */
  readonly outcome: 'passed' | 'failed' | 'held';
  /** Why, for the run's events; of a run that ends with it, also its error. */
  readonly description?: string;
  /** Writes the result, in the transaction in which the run goes on, and only if it does. */
  record?(tx: Tx, run: Run): Promise<void>;
}

/** How a phase has ended, once the run is locked and is still in it; undefined: it has not. */
export type SettlePhase = (tx: Tx, run: Run) => Promise<PhaseEnd | undefined>;

/** Who works on a phase around terraform's own two. */
export interface PhaseWork {
  /**
   * Outside of any transaction, and maybe more than once: only what the answer writes is kept.
   *
   * @param signal ends the work: nobody waits for its result any more
   * @returns undefined when it only began something: the code that ends that calls `endPhase`
   */
  work(platform: Platform, run: Run, signal: AbortSignal): Promise<PhaseEnd | SettlePhase | undefined>;
  /** What becomes of the phase when the work failed as often as it is tried; a failure says nothing of the plan. */
  giveUp(run: Run, reason: string): PhaseEnd | SettlePhase;
}
