import type { IdCheck } from './lenient-ids.ts';
import type { Detail } from '../answer/resource-data.ts';
import type { ApprovalContext } from '../safety/approval.ts';
import type { Gates } from '../safety/gates.ts';
import type { OwnerReader } from '../safety/organizations.ts';

/** What a tool works with during one call. */
export interface ToolContext extends OwnerReader {
  readonly gates: Gates;
  readonly detail: Detail;
  readonly idCheck: IdCheck;
  /** As the client sent it, to make a run once however often it asks (mcp §4.1.5). */
  readonly idempotencyKey: unknown;
  readonly approval: ApprovalContext;
  /** Tells the caller how far it is. The outcome is never only there: the last one can be lost (mcp §3.5). */
  readonly reportProgress: (progress: number, total: number, message: string) => Promise<void>;
  /** Tells a client of 2025-11-25 that the page which it was asked to open has done its work. */
  readonly tellPageIsDone: (elicitationId: string) => Promise<void>;
}
