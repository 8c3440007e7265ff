import type { NewRow, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';

/** A run that is about to be created. */
export type NewRun = Pick<
  NewRow<'run'>,
  'organization_id' | 'workspace_id' | 'plan_only' | 'is_destroy' | 'target_addrs'
>;

/**
 * The rows that a folder keeps for a phase around terraform's own two (models, `run-phases.ts`). All functions run in
 * transactions that hold the rows of the workspace and the run. The work itself, which takes time, is an entry of
 * `phase-work/work-table.ts`.
 */
export interface PhaseRows {
  /** Whether a new run has the phase. Called once: a run's phases never change. If missing, the phase table decides. */
  isWanted?(tx: Tx, run: NewRun): Promise<boolean>;
  /** Called once the run exists, whether it has the phase or not. */
  prepare?(tx: Tx, run: Row<'run'>): Promise<void>;
  /** Called when the run has entered the phase. */
  begin?(tx: Tx, run: Row<'run'>): Promise<void>;
  /** Called when the run has ended: parts of the phase that are still open never end by themselves. */
  close?(tx: Tx, run: Row<'run'>): Promise<void>;
}
