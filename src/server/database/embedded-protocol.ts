/** The messages between the server's thread and the embedded database's thread. */
import type { DatabaseProblemReason } from './database-problem.ts';

/** `folder` is PostgreSQL's own; `template` an archive to start from; `postgres` PostgreSQL itself, compiled. */
export interface EmbeddedWorkerData {
  folder: string;
  template: string | null;
  postgres: WebAssembly.Module;
}

export type EmbeddedRequest =
  | { id: number; kind: 'query'; sql: string; parameters: (string | null)[] }
  | { id: number; kind: 'count-syncs' }
  /** Copies all files to a folder that does not exist yet. */
  | { id: number; kind: 'copy'; to: string }
  | { id: number; kind: 'close' };

export type EmbeddedReply =
  | { kind: 'ready' }
  | { kind: 'refused'; reason: DatabaseProblemReason; message: string }
  | { kind: 'failed-sync'; message: string }
  | { kind: 'results'; id: number; results: StatementResult[] }
  | { kind: 'sync-count'; id: number; count: number }
  | { kind: 'copied'; id: number }
  | { kind: 'closed'; id: number }
  | { kind: 'error'; id: number; message: string; fields: Record<string, string> };

/** One statement's outcome. `command` is the first word of PostgreSQL's tag: `INSERT`, `COMMIT`, `START` … */
export interface StatementResult {
  command: string;
  rowCount: number;
  rows: Record<string, unknown>[];
}
