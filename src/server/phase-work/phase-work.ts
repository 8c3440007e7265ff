import type { Platform } from '../context.ts';
import type { Run, Tx } from '../runs/transitions.ts';

/** How a phase has ended, and its result to store. */
export interface PhaseEnd {
  /** `held`: failed in a way that a person may override. */
  readonly outcome: 'passed' | 'failed' | 'held';
  /** The reason, for the run's events; if the run ends with it, also the run's error. */
  readonly description?: string;
  /** Writes the result, in the transaction in which the run continues, and only if it does. */
  record?(tx: Tx, run: Run): Promise<void>;
}

/** Decides how a phase has ended, while the run is locked and still in it; undefined: it has not ended. */
export type SettlePhase = (tx: Tx, run: Run) => Promise<PhaseEnd | undefined>;

/** The work of a phase around terraform's own two. */
export interface PhaseWork {
  /**
   * Runs outside of any transaction, and maybe more than once: only what the result writes is kept.
   *
   * @param signal ends the work: its result is no longer wanted
   * @returns undefined when it only began something: the code that ends that calls `endPhase`
   */
  work(platform: Platform, run: Run, signal: AbortSignal): Promise<PhaseEnd | SettlePhase | undefined>;
  /** The end of the phase when all attempts have failed; a failure says nothing about the plan. */
  giveUp(run: Run, reason: string): PhaseEnd | SettlePhase;
}
