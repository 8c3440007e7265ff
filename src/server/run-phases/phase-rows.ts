import type { NewRow, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';

/** A run that is about to be created. */
export type NewRun = Pick<
  NewRow<'run'>,
  'organization_id' | 'workspace_id' | 'plan_only' | 'is_destroy' | 'target_addrs'
>;

/**
 * What a room keeps of a phase around terraform's own two (models, `run-phases.ts`). All of it happens in transactions
 * that hold the rows of the workspace and the run. The work itself, which takes time, is an entry of
 * `phase-work/work-table.ts`.
 */
export interface PhaseRows {
  /** Whether a new run has the phase. Asked once: what a run has is never changed. None: the phase table knows. */
  isWanted?(tx: Tx, run: NewRun): Promise<boolean>;
  /** Once the run is there, whether it has the phase or not. */
  prepare?(tx: Tx, run: Row<'run'>): Promise<void>;
  /** The run has entered the phase. */
  begin?(tx: Tx, run: Row<'run'>): Promise<void>;
  /** The run has ended: what of the phase has not ended by itself never will. */
  close?(tx: Tx, run: Row<'run'>): Promise<void>;
}
