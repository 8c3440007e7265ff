import type { IdCheck } from './lenient-ids.ts';
import type { Detail } from '../answer/resource-data.ts';
import type { ApprovalContext } from '../safety/approval.ts';
import type { Gates } from '../safety/gates.ts';
import type { OwnerReader } from '../safety/organizations.ts';

/** The services and facts of one call. */
export interface ToolContext extends OwnerReader {
  readonly gates: Gates;
  readonly detail: Detail;
  readonly idCheck: IdCheck;
  /** The client's own key, so that a repeated call makes a run only once (mcp §4.1.5). */
  readonly idempotencyKey: unknown;
  readonly approval: ApprovalContext;
  /** Reports progress to the caller. The outcome is never only there: the last report can be lost (mcp §3.5). */
  readonly reportProgress: (progress: number, total: number, message: string) => Promise<void>;
  /** Tells a client of 2025-11-25 that the page it was asked to open is done. */
  readonly tellPageIsDone: (elicitationId: string) => Promise<void>;
}
