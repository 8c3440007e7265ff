import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { Client } from '@runwright/client';
import type { Failure } from './failure.ts';
import type { ToolResult } from './result.ts';
import type { ApprovalContext } from './safety/approval.ts';
import type { Gates } from './safety/gates.ts';
import type { Detail, IdCheck } from './settings.ts';

/** What a tool works with during one call. */
export interface ToolContext {
  readonly client: Client;
  /** Fires when the caller gives up. */
  readonly signal: AbortSignal | undefined;
  readonly gates: Gates;
  readonly detail: Detail;
  readonly idCheck: IdCheck;
  /** As the client sent it, to make a run once however often it asks (mcp §4.1.5). */
  readonly idempotencyKey: unknown;
  readonly approval: ApprovalContext;
  /** Which organization an id belongs to, as far as it was asked. */
  readonly owners: Map<string, string>;
  /** Tells the caller how far it is. The outcome is never only there: the last one can be lost (mcp §3.5). */
  readonly reportProgress: (progress: number, total: number, message: string) => Promise<void>;
  /** Tells a client of 2025-11-25 that the page which it was asked to open has done its work. */
  readonly tellPageIsDone: (elicitationId: string) => Promise<void>;
}

/** The answer in its two forms, why there is none, or a question that the client must answer first. */
export type ToolOutcome =
  | {
      readonly result: ToolResult;
      readonly text: string;
      /** Where what has no room in the answer can be attached from. */
      readonly link?: { readonly uri: string; readonly name: string } | undefined;
    }
  | { readonly failure: Failure }
  | { readonly ask: InputRequiredResult };
