/** The messages between state-reader.ts and its thread, state-worker.ts. */
import type { StateSummary } from '../../state-files/scan-state.ts';

export interface StateRequest {
  id: number;
  /** The file's path. */
  file: string;
}

/** `problem`: why the bytes are no state file. */
export type StateReading = { md5: string; summary: StateSummary } | { md5: string; problem: string };

export type StateReply = { id: number } & (StateReading | { failure: string });
